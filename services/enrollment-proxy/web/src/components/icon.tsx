const PATHS = {
  alert: 'M12 4 2.8 20h18.4L12 4zM12 10v4.5M12 17.3v.2',
  back: 'M19 12H5m6-6-6 6 6 6',
  browser: 'M3 5h18v14H3zM3 9.5h18M6 7.2h.1M8.5 7.2h.1',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  clock: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 8v4.3l2.8 1.7',
  copy: 'M9 9h10.5v11.5H9zM15 9V4H4.5v11.5H9',
  download: 'M12 4v11m-4.5-4 4.5 4.5L16.5 11M5 20h14',
  forward: 'M5 12h14m-6-6 6 6-6 6',
  globe:
    'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM3.5 12h17M12 3.5c5 5 5 12 0 17M12 3.5c-5 5-5 12 0 17',
  hourglass:
    'M7 3.5h10M7 20.5h10M8 3.5c0 5 4 5.5 4 8.5s-4 3.5-4 8.5M16 3.5c0 5-4 5.5-4 8.5s4 3.5 4 8.5',
  info: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 11v5.5M12 7.7v.2',
  link: 'M10 14.5 14.5 10M11.5 7l2-2a4 4 0 0 1 5.6 5.6l-2 2M12.5 17l-2 2a4 4 0 0 1-5.6-5.6l2-2',
  mail: 'M3.5 5.5h17v13h-17zM4 6.5l8 6.5 8-6.5',
  offline:
    'M3 3.5l18 17M8.5 14.5a5 5 0 0 1 7-.1M5 11a10 10 0 0 1 4.5-2.6M19 11a10 10 0 0 0-6.5-2.9M12 18.5v.2',
  computer: 'M3 4.5h18v12H3zM9 20.5h6M12 16.5v4',
  phone: 'M7 2.8h10v18.4H7zM10.8 18.2h2.4',
  print: 'M7 9V3.5h10V9M7 17H3.5V9h17v8H17M7 14h10v6.5H7z',
  telephone:
    'M5 4h4l1.5 4.5L8 10.5a13 13 0 0 0 5.5 5.5l2-2.5L20 15v4c0 .6-.4 1-1 1A15 15 0 0 1 4 5c0-.6.4-1 1-1z',
  blocked: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM6 6l12 12',
} as const

export type IconName = keyof typeof PATHS

/** Always beside a text that says the same, and therefore hidden from screen readers. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  )
}
