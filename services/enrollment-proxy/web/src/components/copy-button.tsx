import { useEffect, useState } from 'react'
import { copyText } from '../browser/clipboard.js'
import { useText } from '../i18n/text.js'
import { Icon } from './icon.js'

const SHOWN_MS = 3_000

/** `label` says what is copied, for those who do not see what stands beside the button. */
export function CopyButton({ value, label }: { value: string; label: string }) {
  const text = useText()
  const [result, setResult] = useState<'copied' | 'failed'>()

  useEffect(() => {
    if (result !== 'copied') return
    const timer = setTimeout(() => setResult(undefined), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [result])

  const copy = async () => setResult((await copyText(value)) ? 'copied' : 'failed')
  const isCopied = result === 'copied'
  return (
    <>
      <button type="button" className="button button-secondary" aria-label={label} onClick={copy}>
        <Icon name={isCopied ? 'check' : 'copy'} />
        <span>{isCopied ? text.common.copied : text.common.copy}</span>
      </button>
      <span role="status" className={result === 'failed' ? 'error' : 'visually-hidden'}>
        {isCopied && text.common.copied}
        {result === 'failed' && text.common.copyFailed}
      </span>
    </>
  )
}
