import { useEffect, useState } from 'react'
import type { InstanceReply } from '../../../src/http/contract.js'
import { getInstance } from '../api/enrollment.js'
import { Unreachable } from '../api/request.js'
import { accentFor } from './accent.js'

const RETRY_MS = 5_000

/** Whose page this is. Undefined until known: the page works without it, under a general name. */
export function useInstance(): InstanceReply | undefined {
  const [instance, setInstance] = useState<InstanceReply>()
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let isGone = false
    const load = async () => {
      try {
        const loaded = await getInstance()
        if (isGone) return
        setInstance(loaded)
        applyAccent(loaded.accent_color)
      } catch (error) {
        if (!isGone && error instanceof Unreachable) timer = setTimeout(load, RETRY_MS)
      }
    }
    void load()
    return () => {
      isGone = true
      clearTimeout(timer)
    }
  }, [])
  return instance
}

/** Through the style object: the page's policy forbids style attributes. */
function applyAccent(color: string | undefined): void {
  for (const scheme of ['light', 'dark'] as const) {
    const tones = color && accentFor(color, scheme)
    if (!tones) continue
    const { style } = document.documentElement
    style.setProperty(`--accent-${scheme}`, tones.accent)
    style.setProperty(`--on-accent-${scheme}`, tones.onAccent)
  }
}
