/** The left edge: where one can go, which hosts there are and how they are, and the way to everything else. */
import { IconCommand, IconFlame } from '@tabler/icons-react'
import { formatCount, plural } from '../../lib/format.ts'
import { screens, type ScreenName } from '../../lib/navigation.ts'
import { hasTrafficLights, shortcut } from '../../lib/platform.ts'
import { useChainStore } from '../../stores/chainStore.ts'
import { useInfoStore } from '../../stores/infoStore.ts'
import { useModelStore } from '../../stores/modelStore.ts'
import { useRunStore } from '../../stores/runStore.ts'
import { useSettingStore } from '../../stores/settingStore.ts'
import { goTo, useUiStore } from '../../stores/uiStore.ts'
import { runsWords } from '../runs/runWords.ts'
import { useNextRuleWords } from '../schedule/nextRuleWords.ts'
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

interface Aside {
  words: string
  isProblem?: boolean
}

/** The live words at the right of an item; a screen reader hears them as the item's description, after its name. */
function useAsides(): Partial<Record<ScreenName, Aside>> {
  const models = useModelCount()
  const chainCount = useChainStore((mirror) => mirror.chains.length)
  const runs = useRunStore((mirror) => runsWords(mirror.runs))
  const schedule = useNextRuleWords()
  const problemCount = useProblemCount()
  return {
    ...(models !== null && { models: { words: models } }),
    ...(chainCount > 0 && { chains: { words: formatCount(chainCount) } }),
    ...(runs !== null && { runs: { words: runs } }),
    ...(schedule !== null && { schedule: { words: schedule } }),
    ...(problemCount > 0 && { settings: { words: plural(problemCount, 'problem'), isProblem: true } })
  }
}

interface NavigationItemProps {
  name: ScreenName
  label: string
  aside: Aside | undefined
}

function NavigationItem({ name, label, aside }: NavigationItemProps) {
  const isHere = useUiStore((ui) => ui.screen === name)
  const Icon = navigationIcons[name]
  const key = shortcut(String(screens.findIndex((screen) => screen.name === name) + 1))
  return (
    <button
      type="button"
      className={`${classes.item} ${isHere ? classes.here : ''}`}
      aria-current={isHere ? 'page' : undefined}
      title={[label, aside?.words, key].filter(Boolean).join('  ')}
      onClick={() => goTo(name)}
    >
      <Icon className={classes.icon} size={16} stroke={1.7} aria-hidden />
      <span className={classes.label}>{label}</span>
      {aside !== undefined && (
        <span className={`${classes.count} ${aside.isProblem ? classes.problems : ''} number`} aria-hidden>
          {aside.words}
        </span>
      )}
    </button>
  )
}

export function Sidebar() {
  const asides = useAsides()
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
          <NavigationItem key={screen.name} name={screen.name} label={screen.label} aside={asides[screen.name]} />
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
