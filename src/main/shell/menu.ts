/** The application menu: what every app of the platform has, and Stoker's screens. */
import type { MenuItemConstructorOptions } from 'electron'

interface MenuQuestion {
  isMac: boolean
  /** Reloading and the developer tools are for those who work on Stoker. */
  isPackaged: boolean
  /** Presses a key in the page, with the platform's command key: the page has these shortcuts already, and one meaning for each. */
  press: (key: string) => void
}

const screens = [
  ['Models', '1'],
  ['Memory', '2'],
  ['Chains', '3'],
  ['Runs', '4'],
  ['Schedule', '5'],
  ['Activity', '6'],
  ['Diagnostics', '7']
] as const

export function buildMenu({ isMac, isPackaged, press }: MenuQuestion): MenuItemConstructorOptions[] {
  const command = (label: string, key: string): MenuItemConstructorOptions => ({
    label,
    accelerator: `CmdOrCtrl+${key}`,
    // The page hears the keys by itself; the menu only shows them.
    registerAccelerator: false,
    click: () => press(key)
  })
  const separator: MenuItemConstructorOptions = { type: 'separator' }
  const settings = command('Settings…', ',')
  const appMenu: MenuItemConstructorOptions = {
    label: 'Stoker',
    submenu: [
      { role: 'about' },
      separator,
      settings,
      separator,
      { role: 'services' },
      separator,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      separator,
      { role: 'quit' }
    ]
  }
  const fileMenu: MenuItemConstructorOptions = {
    label: 'File',
    submenu: isMac ? [{ role: 'close' }] : [settings, separator, { role: 'quit' }]
  }
  const viewMenu: MenuItemConstructorOptions = {
    label: 'View',
    submenu: [
      ...screens.map(([label, key]) => command(label, key)),
      separator,
      command('Command palette', 'K'),
      separator,
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      separator,
      { role: 'togglefullscreen' },
      ...(isPackaged ? [] : [separator, { role: 'reload' } as const, { role: 'toggleDevTools' } as const])
    ]
  }
  return [...(isMac ? [appMenu] : []), fileMenu, { role: 'editMenu' }, viewMenu, { role: 'windowMenu' }]
}
