/** The left edge: where one can go, which hosts there are and how they are, and the way to everything else. */
import { IconCommand, IconFlame } from '@tabler/icons-react'
import { plural } from '../../lib/format.ts'
import { screens, type ScreenName } from '../../lib/navigation.ts'
import { hasTrafficLights, shortcut } from '../../lib/platform.ts'
import { useInfoStore } from '../../stores/infoStore.ts'
import { useModelStore } from '../../stores/modelStore.ts'
import { useSettingStore } from '../../stores/settingStore.ts'
import { goTo, useUiStore } from '../../stores/uiStore.ts'
import { HostList } from './HostList.tsx'
import { navigationIcons } from './navigationIcons.ts'
import classes from './Sidebar.module.css'

/** "3 of 14": what holds memory, of all there is. */
function useModelCount(): string | null {
  const loaded = useModelStore((mirror) => mirror.keys.filter((key) => mirror.byKey[key]?.state === 'ready').length)
  const all = useModelStore((mirror) => mirror.keys.length)
  const isKnown = useModelStore((mirror) => mirror.isKnown)
  return isKnown && all > 0 ? `${loaded} of ${all}` : null
}

/** What was said once at start, or refused in the settings: told on the screen that shows it. */
function useProblemCount(): number {
  const atStart = useInfoStore((mirror) => mirror.info?.problems.length ?? 0)
  const refused = useSettingStore((mirror) => mirror.settings.filter((setting) => setting.problem !== null).length)
  return atStart + refused
}

function NavigationItem({ name, label }: { name: ScreenName; label: string }) {
  const isHere = useUiStore((ui) => ui.screen === name)
  const count = useModelCount()
  const problemCount = useProblemCount()
  const Icon = navigationIcons[name]
  const key = shortcut(String(screens.findIndex((screen) => screen.name === name) + 1))
  return (
    <button
      type="button"
      className={`${classes.item} ${isHere ? classes.here : ''}`}
      aria-current={isHere ? 'page' : undefined}
      title={`${label}  ${key}`}
      onClick={() => goTo(name)}
    >
      <Icon className={classes.icon} size={16} stroke={1.7} aria-hidden />
      <span className={classes.label}>{label}</span>
      {name === 'models' && count !== null && <span className={`${classes.count} number`}>{count}</span>}
      {name === 'settings' && problemCount > 0 && (
        <span className={`${classes.count} ${classes.problems}`}>{plural(problemCount, 'problem')}</span>
      )}
    </button>
  )
}

export function Sidebar() {
  return (
    <div className={classes.sidebar}>
      <header className={classes.top}>
        {!hasTrafficLights && (
          <>
            <IconFlame className={classes.flame} size={16} stroke={1.9} aria-hidden />
            <span className={classes.brand}>Stoker</span>
          </>
        )}
      </header>
      <nav className={classes.navigation} aria-label="Screens">
        {screens.map((screen) => (
          <NavigationItem key={screen.name} name={screen.name} label={screen.label} />
        ))}
      </nav>
      <HostList />
      <button type="button" className={classes.everything} onClick={() => useUiStore.setState({ isPaletteOpen: true })}>
        <IconCommand className={classes.smallOnly} size={16} stroke={1.7} aria-hidden />
        <span className={classes.label}>{shortcut('K')} for everything</span>
      </button>
    </div>
  )
}
