import type { Messages } from '../en.js'
import { plural } from '../format.js'

export const vpn: Messages['vpn'] = {
  title: 'Verbinden Sie ein Gerät mit dem VPN',
  intro:
    'Fügen Sie dieses oder ein anderes Ihrer Geräte dem VPN hinzu. Danach können Sie sich mit jeder WireGuard-App verbinden.',
  introOptional: 'Dieser Schritt ist freiwillig: Sie können ihn auslassen.',
  deviceName: 'Gerätename',
  deviceNameHint: 'Damit Sie es später wiedererkennen.',
  deviceNameInvalid: 'Bitte geben Sie einen Namen mit höchstens 100 Zeichen ein.',
  deviceNameTaken: 'Sie haben schon ein Gerät mit diesem Namen. Bitte wählen Sie einen anderen.',
  keys: 'Schlüssel',
  generate: 'Schlüsselpaar erzeugen',
  generateDetail: 'Entsteht in diesem Browser. Der private Schlüssel verlässt diese Seite nie.',
  own: 'Eigenen öffentlichen Schlüssel verwenden',
  ownDetail: 'Für alle, die schon ein eigenes WireGuard-Schlüsselpaar haben.',
  publicKey: 'Öffentlicher Schlüssel',
  publicKeyInvalid: 'Ein öffentlicher WireGuard-Schlüssel hat 44 Zeichen und endet mit „=“.',
  publicKeyRefused:
    'Dieser Schlüssel kann nicht verwendet werden. Bitte erzeugen Sie ein neues Schlüsselpaar.',
  add: 'Gerät hinzufügen',
  required: 'Bitte fügen Sie zuerst ein Gerät hinzu.',
  skip: 'Überspringen',
  deviceLimit:
    'Mit dieser Einladung lassen sich keine weiteren Geräte hinzufügen. Sie können weitermachen; wenn Sie noch eines brauchen, fragen Sie Ihre Administration.',
  locationFull:
    'An einem Ihrer VPN-Standorte ist keine Adresse mehr frei, deshalb wurde das Gerät nicht hinzugefügt. Sie können weitermachen; bitte sagen Sie Ihrer Administration Bescheid.',
  adminOnly:
    'In diesem Unternehmen fügt nur die Administration Geräte hinzu. Sie können weitermachen; bitten Sie sie darum.',
  titleAdded: (device: string) => `„${device}“ ist bereit`,
  introAdded: (locations: number) =>
    plural('de', locations, {
      one: 'Scannen Sie den Code mit der WireGuard-App auf Ihrem Smartphone, oder laden Sie die Datei herunter und importieren Sie sie.',
      other: `Sie haben ${locations} VPN-Standorte, jeden mit eigener Konfiguration. Scannen Sie die Codes mit der WireGuard-App auf Ihrem Smartphone, oder laden Sie die Dateien herunter und importieren Sie sie.`,
    }),
  warning: 'Speichern Sie die Konfiguration jetzt',
  warningText:
    'Sie enthält Ihren privaten Schlüssel, den es nur auf dieser Seite gibt. Sobald Sie die Seite schließen oder neu laden, ist er weg, und Sie müssten das Gerät neu hinzufügen. Zeigen Sie die Konfiguration niemandem.',
  ownKeyText:
    'Setzen Sie in der Konfiguration Ihren privaten Schlüssel an die Stelle von YOUR_PRIVATE_KEY.',
  downloadAll: 'Alle als ZIP-Datei herunterladen',
  download: (file: string) => `${file} herunterladen`,
  copyConfigOf: (location: string) => `Konfiguration für ${location} kopieren`,
  showQr: (location: string) => `QR-Code für ${location}`,
  qr: (location: string) => `QR-Code der WireGuard-Konfiguration für ${location}`,
  qrHint: 'WireGuard-App → „+“ → QR-Code scannen',
  address: 'Adresse',
  endpoint: 'Server',
  another: 'Weiteres Gerät hinzufügen',
  noLocations: 'Ihr Gerät ist hinzugefügt',
  noLocationsText:
    'Für Sie gibt es noch keinen VPN-Standort, also ist jetzt nichts einzurichten. Ihre Administration kann Ihnen später Zugang geben; dann können Sie das Gerät noch einmal hinzufügen.',
  lost: (device: string) =>
    `Sie haben „${device}“ hinzugefügt, bevor diese Seite neu geladen wurde. Der private Schlüssel ist mit der alten Seite verschwunden; wenn Sie die Konfiguration nicht gespeichert haben, fügen Sie das Gerät unter einem anderen Namen noch einmal hinzu.`,
  wireguard: 'Noch keine WireGuard-App?',
  wireguardLink: 'Bei wireguard.com herunterladen',
}
