/** What the page's own surroundings ask of it. */
export const isMac = /Mac/.test(navigator.userAgent)

/** The window hides its title bar on macOS: the traffic lights lie over the page. */
export const hasTrafficLights = isMac && window.stoker !== undefined

/** A shortcut as this platform writes it: "⌘K" or "Ctrl K". */
export function shortcut(key: string): string {
  return isMac ? `⌘${key}` : `Ctrl ${key}`
}
