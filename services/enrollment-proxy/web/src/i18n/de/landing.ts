import type { Messages } from '../en.js'

export const landing: Messages['landing'] = {
  invited: (instance: string) => `Sie wurden zu ${instance} eingeladen`,
  invitedUnnamed: 'Sie wurden eingeladen',
  whatHappens: 'Hier richten Sie Ihr Konto ein. Es dauert etwa drei Minuten:',
  stepData: 'Ansehen, was wir über Sie wissen',
  stepPassword: 'Ein Passwort wählen',
  stepVpn: 'Ein Gerät mit dem VPN verbinden, wenn Ihr Unternehmen das hier anbietet',
  clock:
    'Damit Ihr Konto sicher bleibt, ist die Zeit begrenzt, sobald Sie beginnen. Noch läuft sie nicht.',
  begin: 'Beginnen',
  useApp: 'Lieber die Defguard-App verwenden',
  title: (instance: string) => `Willkommen bei ${instance}`,
  paste:
    'Zum Registrieren brauchen Sie das Token Ihrer Einladung. Normalerweise öffnen Sie einfach den Link in der E-Mail; wenn das nicht geht, fügen Sie das Token hier ein.',
  token: 'Registrierungs-Token',
  tokenHint:
    'Es steht in Ihrer Einladung und beginnt mit dge_. Sie können auch den ganzen Link einfügen.',
  proceed: 'Weiter',
  tokenMissing: 'Bitte fügen Sie das Token aus Ihrer Einladung ein.',
  tokenMistyped:
    'Dieses Token ist nicht vollständig: Ein Zeichen fehlt oder ist verändert. Bitte kopieren Sie es noch einmal aus der E-Mail, vom ersten bis zum letzten Zeichen.',
  tokenForeign:
    'Das sieht nicht nach einem Registrierungs-Token aus: Ein solches beginnt mit dge_ und hat 42 Zeichen.',
  tokenOtherKind:
    'Dieses Token ist für etwas anderes. Bitte suchen Sie die E-Mail, die Sie zur Registrierung einlädt.',
  haveAccount: 'Sie haben schon ein Konto?',
  forgotPassword: 'Passwort vergessen?',
}
