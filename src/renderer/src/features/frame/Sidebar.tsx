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

/** "1 running", else what waits for somebody: "2 paused". */
function useRunWords(): string | null {
  return useRunStore(({ runs }) => {
    const count = (...statuses: string[]): number => runs.filter(({ status }) => statuses.includes(status)).length
    const running = count('running')
    if (running > 0) return `${running} running`
    const queued = count('queued')
    if (queued > 0) return `${queued} queued`
    const resting = count('paused', 'interrupted')
    return resting > 0 ? `${resting} paused` : null
  })
}

/** What was said once at start, or refused in the settings: told on the screen that shows it. */
function useProblemCount(): number {
  const atStart = useInfoStore((mirror) => mirror.info?.problems.length ?? 0)
  const refused = useSettingStore((mirror) => mirror.settings.filter((setting) => setting.problem !== null).length)
  return atStart + refused
}

/** The live words at the right of an item; a screen reader hears them as the item's description, after its name. */
function useAside(name: ScreenName): { words: string; isProblem: boolean } | null {
  const count = useModelCount()
  const problemCount = useProblemCount()
  const next = useNextRuleWords()
  const runs = useRunWords()
  const chainCount = useChainStore((mirror) => mirror.chains.length)
  if (name === 'schedule' && next !== null) return { words: next, isProblem: false }
  if (name === 'chains' && chainCount > 0) return { words: formatCount(chainCount), isProblem: false }
  if (name === 'runs' && runs !== null) return { words: runs, isProblem: false }
  if (name === 'models' && count !== null) return { words: count, isProblem: false }
  if (name === 'settings' && problemCount > 0) return { words: plural(problemCount, 'problem'), isProblem: true }
  return null
}

function NavigationItem({ name, label }: { name: ScreenName; label: string }) {
  const isHere = useUiStore((ui) => ui.screen === name)
  const aside = useAside(name)
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
      {aside !== null && (
        <span className={`${classes.count} ${aside.isProblem ? classes.problems : ''} number`} aria-hidden>
          {aside.words}
        </span>
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
