// Opening a browser where nobody sees it starts one on a server; a shell in between could read the address as a command.
import { expect, test } from 'vitest'
import { chooseOpener } from './openBrowser.ts'

test.each([
  ['linux', {}, null],
  ['linux', { DISPLAY: ':0' }, ['xdg-open']],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, ['xdg-open']],
  ['darwin', {}, ['open']],
  ['darwin', { SSH_CONNECTION: '1 2 3 4' }, null]
] as const)('%s %j', (platform, environment, opener) => {
  expect(chooseOpener(platform, environment)).toEqual(opener)
})

test('no platform goes through a shell', () => {
  for (const platform of ['linux', 'darwin', 'win32', 'freebsd'] as const) {
    expect(chooseOpener(platform, { DISPLAY: ':0' })?.[0]).not.toMatch(/sh$|cmd/)
  }
})
