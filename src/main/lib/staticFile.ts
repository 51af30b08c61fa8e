/** Which of the page's files a URL path means: pure, and unable to name anything outside the page's folder. */

export interface StaticFile {
  /** Relative to the folder of the built page, in plain segments joined by `/`. */
  relativePath: string
  contentType: string
  cacheControl: string
}

const contentTypes: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  woff2: 'font/woff2'
}

/** Names the build gives to files: anything else (a colon, a backslash, a leading dot, a NUL) has no business in a path of ours. */
const plainSegment = /^[\w@~-][\w.@~+-]*$/

/** Null where the path means no file of ours: unknown type, a way out of the folder, broken percent-encoding. */
export function resolveStaticFile(pathname: string): StaticFile | null {
  const decoded = decode(pathname)
  if (decoded === null || !decoded.startsWith('/')) return null
  const segments = decoded === '/' ? ['index.html'] : decoded.slice(1).split('/')
  if (!segments.every((segment) => plainSegment.test(segment))) return null
  const extension = /\.([^.]+)$/.exec(segments.at(-1) ?? '')?.[1] ?? ''
  const contentType = Object.hasOwn(contentTypes, extension) ? contentTypes[extension] : undefined
  if (contentType === undefined) return null
  // Files under assets/ carry a hash of their content in the name, so a copy never goes stale.
  const isHashed = segments[0] === 'assets' && segments.length > 1
  const cacheControl = isHashed ? 'public, max-age=31536000, immutable' : 'no-cache'
  return { relativePath: segments.join('/'), contentType, cacheControl }
}

/** Decoded once: what is still encoded afterwards stays text, and plainSegment refuses a per cent sign. */
function decode(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname)
  } catch {
    return null
  }
}
