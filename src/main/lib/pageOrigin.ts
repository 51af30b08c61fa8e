/** The page's address in the window: a scheme of our own, so that the page has an origin that no website can have. */
export const pageScheme = 'app'
export const pageHost = 'stoker'
export const pageOrigin = `${pageScheme}://${pageHost}`

/** By hand, because URL's own `origin` is "null" for schemes it does not know. */
export function isPageAddress(url: string, origin: string = pageOrigin): boolean {
  return url === origin || url.startsWith(`${origin}/`)
}
