import { useMemo } from 'react'
import { encode } from 'uqr'

/** Four modules of quiet zone are what the standard (ISO/IEC 18004) wants. */
const QUIET_ZONE = 4

/** Black on white in both themes: many readers cannot cope with the inverse. */
export function QrCode({ value, label }: { value: string; label: string }) {
  const { path, size } = useMemo(() => {
    const qr = encode(value, { ecc: 'L', border: QUIET_ZONE })
    return { path: darkModules(qr.data), size: qr.size }
  }, [value])
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" shapeRendering="crispEdges" />
    </svg>
  )
}

/** One stroke per run of dark modules: a large code has thousands of them. */
function darkModules(rows: readonly (readonly boolean[])[]): string {
  let path = ''
  rows.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      const start = x
      while (row[x]) x++
      if (x > start) path += `M${start} ${y}h${x - start}v1H${start}z`
    }
  })
  return path
}
