/** Everything the palette can do, from the state of the page. What a command does is handed in: this only decides what is offered. */
import type { Prediction } from '../../../../shared/fit.ts'
import type { Host, Model, ModelId } from '../../../../shared/model.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import { screens, type ScreenName } from '../../lib/navigation.ts'
import { isResident } from '../../stores/modelStore.ts'
import { fitWords, isRefused } from '../models/fitWords.ts'
import { choiceValue, keepChoices } from '../models/keepAlive.ts'
import type { Matchable } from './matchCommands.ts'

export type Theme = 'system' | 'light' | 'dark'

export interface Deeds {
  goTo(screen: ScreenName): void
  load(id: ModelId): void
  unload(id: ModelId): void
  cancel(operationId: string): void
  pin(id: ModelId, isPinned: boolean): void
  select(id: ModelId): void
  warmUp(id: ModelId): void
  keep(id: ModelId, seconds: number): void
  open(dialog: 'pull' | 'add-host' | 'samples' | 'unload-all'): void
  openHost(hostId: string): void
  checkHost(hostId: string): void
  checkMachine(): void
  exportMemory(): void
  setTheme(theme: Theme): void
}

export type CommandIcon =
  | 'screen'
  | 'load'
  | 'unload'
  | 'cancel'
  | 'warm'
  | 'keep'
  | 'pin'
  | 'model'
  | 'pull'
  | 'sample'
  | 'host'
  | 'check'
  | 'theme'

export interface Command extends Matchable {
  id: string
  icon: CommandIcon
  group: 'Models' | 'Go to' | 'Actions' | 'Theme'
  /** At the right: a shortcut's key, or a word on the model. */
  key: string | null
  note: string | null
  /** Shown before anything is typed; the rest is found by its words. */
  isOfferedFirst: boolean
  run(): void
}

interface Offer {
  models: readonly Model[]
  hosts: readonly Host[]
  /** By model key. */
  fits: Readonly<Record<string, Prediction>>
  /** The model in hand: only its keep-alive is offered. */
  selectedKey: string | null
  theme: string | number | null
  deeds: Deeds
}

/** So many models on disk are offered unasked; a long list is searched, not read. */
const mostOffered = 5

export function commands(offer: Offer): Command[] {
  const resident = offer.models.filter(isResident)
  const resting = offer.models
    .filter((model) => !isResident(model))
    .sort((a, b) => (b.lastUsedAt ?? 0) - (a.lastUsedAt ?? 0))
  return [
    ...resident.flatMap((model) => modelCommands(model, offer, true)),
    ...resting.flatMap((model, index) => modelCommands(model, offer, index < mostOffered)),
    ...actions(offer),
    ...goToCommands(offer.deeds),
    ...themes(offer)
  ]
}

/** The first command of a model is what its button would do, and the only one offered unasked. */
function modelCommands(model: Model, offer: Offer, isOffered: boolean): Command[] {
  return commandsOf(model, offer).map((command, index) => ({ ...command, isOfferedFirst: isOffered && index === 0 }))
}

function commandsOf(model: Model, { models, hosts, fits, selectedKey, deeds }: Offer): Command[] {
  const { id, state, operationId } = model
  const key = modelKey(id)
  const isTwice = models.filter((other) => other.id.name === id.name).length > 1
  const host = isTwice ? (hosts.find((each) => each.id === id.hostId)?.name ?? id.hostId) : null
  const command = (verb: string, icon: CommandIcon, keywords: string, run: () => void): Command => ({
    id: `${verb} ${key}`,
    label: `${verb} ${id.name}`,
    keywords: `${keywords} ${host ?? ''}`,
    icon,
    group: 'Models',
    key: null,
    note: host,
    isOfferedFirst: true,
    run
  })
  const pin = command(model.isPinned ? 'Unpin' : 'Pin', 'pin', 'keep', () => deeds.pin(id, !model.isPinned))
  const show = command('Show', 'model', 'details inspect', () => deeds.select(id))
  const warm = command('Warm up', 'warm', 'now first token ready', () => deeds.warmUp(id))
  const rest = key === selectedKey ? [...keepCommands(model, deeds), show] : [show]
  if (state === 'ready') return [command('Unload', 'unload', 'evict free', () => deeds.unload(id)), pin, warm, ...rest]
  if (operationId !== null && isResident(model)) {
    const what = state === 'loading' ? 'Cancel loading' : 'Cancel unloading'
    return [command(what, 'cancel', 'stop', () => deeds.cancel(operationId)), ...rest]
  }
  if (state !== 'unloaded' && state !== 'failed') return [show]
  const load = command('Load', 'load', 'into memory', () => deeds.load(id))
  const fit = fits[key]
  if (fit === undefined) return [load, warm, ...rest]
  // The dots say, as on its button, that a question comes first.
  const label = isRefused(fit) ? `${load.label}…` : load.label
  return [{ ...load, label, note: [fitWords(fit).words, host].filter(Boolean).join(' · ') }, warm, ...rest]
}

/** How long the model in hand stays. */
function keepCommands({ id, keepAliveSeconds }: Model, deeds: Deeds): Command[] {
  return keepChoices.map(({ seconds, label }) => ({
    id: `keep ${seconds} ${modelKey(id)}`,
    label:
      seconds === 0 ? `Keep ${id.name} only while it answers` : `Keep ${id.name} ${seconds < 0 ? 'always' : label}`,
    keywords: `keep-alive loaded stays time ${label}`,
    icon: 'keep',
    group: 'Models',
    key: null,
    note: choiceValue(keepAliveSeconds) === choiceValue(seconds) ? 'in force' : null,
    isOfferedFirst: false,
    run: () => deeds.keep(id, seconds)
  }))
}

function goToCommands(deeds: Deeds): Command[] {
  return screens.map(({ name, label }, index) => ({
    id: `go ${name}`,
    label,
    keywords: `go to screen open ${name === 'settings' ? 'preferences options' : ''}`,
    icon: 'screen',
    group: 'Go to',
    key: name === 'settings' ? ',' : String(index + 1),
    note: null,
    isOfferedFirst: true,
    run: () => deeds.goTo(name)
  }))
}

function actions({ models, hosts, deeds }: Offer): Command[] {
  const action = (label: string, icon: CommandIcon, keywords: string, run: () => void): Command => ({
    id: label,
    label,
    keywords,
    icon,
    group: 'Actions',
    key: null,
    note: null,
    isOfferedFirst: true,
    run
  })
  const canPull = hosts.some((host) => host.capabilities.pull)
  const canSample = hosts.some((host) => host.capabilities.createSample)
  return [
    ...(models.some(({ state }) => state === 'ready')
      ? [action('Unload all…', 'unload', 'evict free memory', () => deeds.open('unload-all'))]
      : []),
    ...(canPull ? [action('Pull a model…', 'pull', 'download get ollama', () => deeds.open('pull'))] : []),
    ...(canSample ? [action('Create sample models…', 'sample', 'test try random', () => deeds.open('samples'))] : []),
    action('Check this machine', 'check', 'diagnostics health test works server disk', () => deeds.checkMachine()),
    action('Test bench', 'check', 'diagnostics bench every model works slow fails', () => deeds.goTo('diagnostics')),
    action('Export memory as CSV', 'pull', 'save history table download', () => deeds.exportMemory()),
    action('Add a host…', 'host', 'server ollama connect', () => deeds.open('add-host')),
    ...hosts.map((host) => ({
      ...action(`Open ${host.name}`, 'host', 'host server queue waiting health story panel', () =>
        deeds.openHost(host.id)
      ),
      id: `open ${host.id}`
    })),
    ...hosts.map((host) => ({
      ...action(`Check ${host.name}`, 'host', 'host server health retry', () => deeds.checkHost(host.id)),
      id: `check ${host.id}`,
      isOfferedFirst: false
    }))
  ]
}

function themes({ theme, deeds }: Offer): Command[] {
  const names: readonly Theme[] = ['system', 'light', 'dark']
  return names.map((name) => ({
    id: `theme ${name}`,
    label: `Theme: ${name}`,
    keywords: 'appearance colour mode',
    icon: 'theme',
    group: 'Theme',
    key: null,
    note: theme === name ? 'in force' : null,
    isOfferedFirst: true,
    run: () => deeds.setTheme(name)
  }))
}
