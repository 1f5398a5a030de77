import type { Language } from './language.js'

/**
 * The page and the mail of an installation that has not written its own. Core serves no pages, so its
 * URL is an address here, and no link that would lead nowhere.
 */
export const DEFAULT_PAGE: Readonly<Record<Language, string>> = {
  en: `# Welcome to {{instance_name}}, {{first_name}}!

The account of **{{first_name}} {{last_name}}** is ready. Your login is **{{username}}**.

## How to connect

1. Open the Defguard app. If you enrolled with it, your locations are already there.
2. Without the app, import the configuration file that you downloaded into WireGuard.
3. Choose a location and connect.

The app knows {{instance_name}} by the address \`{{defguard_url}}\`, which is no page for a browser.

{{#if admin_first_name}}
## Questions?

You were enrolled by **{{admin_first_name}} {{admin_last_name}}**.

{{#if admin_email}}
- E-mail: [{{admin_email}}](mailto:{{admin_email}})
{{/if}}
{{#if admin_phone}}
- Phone: {{admin_phone}}
{{/if}}

{{/if}}
---

{{instance_name}}, Defguard {{defguard_version}}
`,
  pl: `# Witaj w {{instance_name}}, {{first_name}}!

Konto **{{first_name}} {{last_name}}** jest gotowe. Twój login to **{{username}}**.

## Jak się połączyć

1. Otwórz aplikację Defguard. Jeśli rejestracja odbyła się w aplikacji, lokalizacje już w niej są.
2. Bez aplikacji: zaimportuj pobrany plik konfiguracyjny do programu WireGuard.
3. Wybierz lokalizację i połącz się.

Aplikacja zna {{instance_name}} pod adresem \`{{defguard_url}}\`; nie jest to strona do otwierania w przeglądarce.

{{#if admin_first_name}}
## Pytania?

Osoba, która Cię zaprosiła: **{{admin_first_name}} {{admin_last_name}}**.

{{#if admin_email}}
- E-mail: [{{admin_email}}](mailto:{{admin_email}})
{{/if}}
{{#if admin_phone}}
- Telefon: {{admin_phone}}
{{/if}}

{{/if}}
---

{{instance_name}}, Defguard {{defguard_version}}
`,
  de: `# Willkommen bei {{instance_name}}, {{first_name}}!

Das Konto von **{{first_name}} {{last_name}}** ist bereit. Ihr Login ist **{{username}}**.

## So verbinden Sie sich

1. Öffnen Sie die Defguard-App. Falls Sie sich mit ihr registriert haben, sind Ihre Standorte schon da.
2. Ohne die App: Importieren Sie die heruntergeladene Konfigurationsdatei in WireGuard.
3. Wählen Sie einen Standort und verbinden Sie sich.

Die App kennt {{instance_name}} unter der Adresse \`{{defguard_url}}\`; das ist keine Seite für den Browser.

{{#if admin_first_name}}
## Fragen?

Sie wurden eingeladen von **{{admin_first_name}} {{admin_last_name}}**.

{{#if admin_email}}
- E-Mail: [{{admin_email}}](mailto:{{admin_email}})
{{/if}}
{{#if admin_phone}}
- Telefon: {{admin_phone}}
{{/if}}

{{/if}}
---

{{instance_name}}, Defguard {{defguard_version}}
`,
}

export const DEFAULT_SUBJECT: Readonly<Record<Language, string>> = {
  en: 'Welcome to {{instance_name}}',
  pl: 'Witaj w {{instance_name}}',
  de: 'Willkommen bei {{instance_name}}',
}
