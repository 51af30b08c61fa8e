// The page's folder is the only one that can be named, whatever the path says.
import { resolve } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { resolveStaticFile } from './staticFile.ts'

const pathPart = fc.constantFrom(
  '..',
  '.',
  '',
  '/',
  '\\',
  '%2e',
  '%2f',
  '%5c',
  '%00',
  '%',
  'assets',
  'a.js',
  'C:',
  '~',
  '\u0000',
  'ä.js',
  'x.html'
)

test('no path, however encoded, names a file outside the folder or one of another kind', () => {
  const path = fc.oneof(
    fc.string(),
    fc.webPath(),
    fc.array(pathPart).map((parts) => `/${parts.join('/')}`),
    fc.array(pathPart).map((parts) => parts.join(''))
  )
  fc.assert(
    fc.property(path, (pathname) => {
      const file = resolveStaticFile(pathname)
      if (file === null) return
      const absolute = resolve('/page', file.relativePath)
      expect(absolute.startsWith('/page/')).toBe(true)
      // Nothing was left for the file system to interpret.
      expect(absolute).toBe(`/page/${file.relativePath}`)
      expect(file.relativePath).toMatch(/\.(html|js|css|json|svg|png|ico|woff2)$/)
    }),
    { numRuns: 5_000 }
  )
})

test.each([
  ['/', 'index.html', 'text/html; charset=utf-8', 'no-cache'],
  ['/index.html', 'index.html', 'text/html; charset=utf-8', 'no-cache'],
  [
    '/assets/index-D9_x2-Q.js',
    'assets/index-D9_x2-Q.js',
    'text/javascript; charset=utf-8',
    'public, max-age=31536000, immutable'
  ],
  ['/icon.svg', 'icon.svg', 'image/svg+xml', 'no-cache']
])('%s is %s', (pathname, relativePath, contentType, cacheControl) => {
  expect(resolveStaticFile(pathname)).toEqual({ relativePath, contentType, cacheControl })
})

test.each([
  '',
  'index.html',
  '/.env',
  '/a/.git/config',
  '/package.constructor',
  '/assets',
  '/js',
  '/assets/css',
  '//evil/x.js',
  '/a.js/'
])('%j is nothing', (pathname) => {
  expect(resolveStaticFile(pathname)).toBeNull()
})
