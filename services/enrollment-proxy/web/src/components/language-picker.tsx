import { isLanguage, LANGUAGES } from '../i18n/languages.js'
import { useLanguageChoice, useText } from '../i18n/text.js'
import { Icon } from './icon.js'

/** Each language under its own name: whoever looks for theirs cannot read the others. */
export function LanguagePicker() {
  const text = useText()
  const { language, hasFailed, pick } = useLanguageChoice()
  return (
    <div className="language">
      <label>
        <Icon name="globe" />
        <span className="visually-hidden">{text.language.label}</span>
        <select
          value={language}
          onChange={({ target }) => isLanguage(target.value) && pick(target.value)}
        >
          {Object.entries(LANGUAGES).map(([tag, { name }]) => (
            <option key={tag} value={tag} lang={tag}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <p className="error" role="alert" hidden={!hasFailed}>
        {hasFailed && text.language.failed}
      </p>
    </div>
  )
}
