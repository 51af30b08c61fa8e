// A menu that shows one key and presses another, or that misses what its platform's users reach for.
import type { MenuItemConstructorOptions } from 'electron'
import { expect, test } from 'vitest'
import { screens } from '../../renderer/src/lib/navigation.ts'
import { buildMenu } from './menu.ts'

function items(template: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return template.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? items(item.submenu) : [])])
}

test('what an item shows is what it presses', () => {
  const pressed: string[] = []
  const shown = items(buildMenu({ isMac: true, isPackaged: true, press: (key) => pressed.push(key) })).filter(
    ({ click }) => click
  )
  for (const item of shown) item.click?.call(item, undefined as never, undefined, undefined as never)
  expect(shown.map(({ accelerator }) => String(accelerator))).toEqual(pressed.map((key) => `CmdOrCtrl+${key}`))
  expect(pressed).toEqual(expect.arrayContaining([',', '1', '2', '3', '4', '5', 'K']))
  expect(shown.every(({ registerAccelerator }) => registerAccelerator === false)).toBe(true)
})

test.each([true, false])('settings and quit are there once (macOS: %s)', (isMac) => {
  const all = items(buildMenu({ isMac, isPackaged: true, press: () => {} }))
  expect(all.filter(({ label }) => label === 'Settings…')).toHaveLength(1)
  expect(all.filter(({ role }) => role === 'quit')).toHaveLength(1)
  expect(all.some(({ role }) => role === 'editMenu')).toBe(true)
})

test('reload and the developer tools stay out of the packaged app', () => {
  const roles = (isPackaged: boolean): unknown[] =>
    items(buildMenu({ isMac: true, isPackaged, press: () => {} })).map(({ role }) => role)
  expect(roles(false)).toEqual(expect.arrayContaining(['reload', 'toggleDevTools']))
  expect(roles(true)).not.toEqual(expect.arrayContaining(['reload']))
})

test('each screen is called and opened as the page calls and opens it', () => {
  const shown = items(buildMenu({ isMac: true, isPackaged: true, press: () => undefined }))
  for (const [index, { name, label }] of screens.entries()) {
    // Settings have their own place in the menu, and their own key.
    const key = name === 'settings' ? ',' : String(index + 1)
    const item = shown.find(({ accelerator }) => accelerator === `CmdOrCtrl+${key}`)
    expect(item?.label?.replace('…', '')).toBe(label)
  }
})
