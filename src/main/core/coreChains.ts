/** Part of the core: chains, their inputs and their runs, and what they are told of the rest. */
import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { NewActivityEvent } from '../../shared/activity.ts'
import type { Chain } from '../../shared/chain.ts'
import { findProblems } from '../../shared/chainProblems.ts'
import type { Events, EventType, Output, Parsed } from '../../shared/contract.ts'
import { StokerError } from '../../shared/errors.ts'
import type { MemorySample } from '../../shared/memory.ts'
import type { Keeper, ModelId } from '../../shared/model.ts'
import { modelKey } from '../../shared/modelKey.ts'
import { aliasHostId } from '../../shared/modelsFile.ts'
import { createChainLibrary, type ChainLibrary } from '../chains/chainLibrary.ts'
import { createChainOutlook } from '../chains/outlook/chainOutlook.ts'
import { createOutlookModels } from '../chains/outlook/outlookModels.ts'
import { modelProblems, schemaProblems } from '../chains/outlook/outlookProblems.ts'
import { planChain } from '../chains/chainPlan.ts'
import { fitPrompt } from '../chains/prompt/fitPrompt.ts'
import type { MakeOutlook } from '../chains/outlook/outlook.ts'
import { createInputService, type InputService } from '../chains/inputService.ts'
import { createRunExport, type ExportPiece } from '../chains/files/runExport.ts'
import { createRunService, type RunService } from '../chains/runService.ts'
import { createSafeMatch } from '../chains/run/safeMatch.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { FitBoard } from '../models/fitBoard.ts'
import { longestContext } from '../models/longestContext.ts'
import type { ModelManager } from '../models/modelManager.ts'
import type { NeedBook } from '../models/needBook.ts'
import { bytesIn } from '../models/room.ts'
import type { ModelsFileService } from '../modelsFile/modelsFile.ts'
import type { OperationAsker, OperationRegistry } from '../operations/operationRegistry.ts'
import { toGrammarSchema } from '../providers/llamacpp/grammarSchema.ts'
import type { HostRegistry } from '../providers/hostRegistry.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'
import { createChainStore } from '../storage/chainStore.ts'
import { createInputStore } from '../storage/inputStore.ts'
import { createRunStore } from '../storage/runStore.ts'
import { roomForRules } from './roomForRules.ts'

interface CoreChainsDeps {
  database: DatabaseSync
  settings: SettingsStore
  hosts: HostRegistry
  models: ModelManager
  needs: NeedBook
  fits: FitBoard
  modelsFile: ModelsFileService
  operations: OperationRegistry
  newestSample: () => MemorySample | null
  isMemoryShort: () => boolean
  isKeptByRule: (id: ModelId) => boolean
  emit: <Type extends EventType>(type: Type, payload: Events[Type]) => void
  onProblem: (problem: string) => void
  log: (event: NewActivityEvent) => void
  clock: Clock
  logger: Logger
}

/** What a rule keeps is the rule's, also while a run needs it. */
export function keeperOf(rule: string | null, run: string | null): Keeper | null {
  if (rule !== null) return { kind: 'rule', name: rule }
  return run === null ? null : { kind: 'run', name: run }
}

export interface CoreChains {
  /** Runs that an earlier Stoker left in the middle are interrupted, batches that nobody ran go. */
  start(): void
  /** Before the database is closed. */
  close(): void
  library: ChainLibrary
  inputs: InputService
  runs: RunService
  export(wish: Parsed<'runs.export'>): ExportPiece
  plan(wish: Parsed<'chains.plan'>): Promise<Output<'chains.plan'>>
  run(wish: Parsed<'chains.run'>, asker: Pick<OperationAsker, 'actor'>): Promise<Output<'chains.run'>>
}

export function createCoreChains(deps: CoreChainsDeps): CoreChains {
  const { database, settings, hosts, models, needs, fits, modelsFile, clock, logger } = deps
  const chainStore = createChainStore({ database, now: clock.now, logger })
  chainStore.problems.forEach(deps.onProblem)
  const inputStore = createInputStore({ database, now: clock.now, clock, logger })
  const runStore = createRunStore({ database, clock, logger })
  const outlookModels = createOutlookModels({
    resolve: modelsFile.resolve,
    hosts: hosts.list,
    models,
    fileModels: modelsFile.fileModels,
    inspect: ({ hostId, name }, signal) => hosts.provider(hostId).inspect(name, signal),
    toGrammar: toGrammarSchema,
    logger
  })
  const seenNow = createChainOutlook({
    outlookModels,
    models,
    residents: () => models.residents(deps.newestSample()),
    needs,
    settings: settings.values,
    room: () => roomForRules(deps.newestSample()),
    bytesIn,
    longestContext,
    isKeptByRule: deps.isKeptByRule,
    isMemoryShort: deps.isMemoryShort
  })
  const outlook: MakeOutlook = async (wish, signal) => {
    await hostsAsked(wish.chain)
    return seenNow(wish, signal)
  }
  const library = createChainLibrary({
    store: chainStore,
    problemsOf: (chain) => [
      ...findProblems(chain, null),
      ...modelProblems(chain, outlookModels.find),
      ...schemaProblems(chain, outlookModels.schemaRefusal)
    ],
    models: () => {
      const fitting = new Map(fits.list().map((prediction) => [modelKey(prediction.id), prediction]))
      return models.list().map((model) => ({
        ...model,
        fits: ['fits', 'fits_if_unloaded'].includes(fitting.get(modelKey(model.id))?.verdict ?? 'unknown')
      }))
    },
    newId: randomUUID,
    onChanged: (chains) => deps.emit('chains.changed', { chains })
  })
  const exportRun = createRunExport({ store: runStore, inputs: inputStore })
  const inputs = createInputService({ store: inputStore, newId: randomUUID, clock })
  const runs = createRunService({
    store: runStore,
    inputs: inputStore,
    outlook,
    manager: models,
    fit: fitPrompt,
    hosts: {
      of: (id) => outlookModels.hostOf(outlookModels.find(id).id ?? id),
      has: (id) => outlookModels.find(id).problem === null,
      check: hosts.check
    },
    serverVersion: (hostId) => hosts.list().find(({ id }) => id === hostId)?.version ?? null,
    matches: createSafeMatch(),
    operations: deps.operations,
    settings: settings.values,
    isKeptByRule: deps.isKeptByRule,
    onBegun: noteRun,
    emit: deps.emit,
    log: deps.log,
    clock,
    logger
  })

  /** Right after the start a host that the chain needs may not have been asked for the first time. */
  async function hostsAsked({ steps }: Chain): Promise<void> {
    const named = new Set(steps.map(({ model }) => model?.hostId))
    const unasked = hosts
      .list()
      .filter(({ id, status }) => status === 'checking' && (named.has(id) || named.has(aliasHostId)))
    await Promise.allSettled(unasked.map(({ id }) => hosts.check(id)))
  }

  /** A disk that refuses is no reason not to run. */
  function noteRun(chainId: string): void {
    try {
      library.noteRun(chainId, clock.now())
    } catch (error) {
      logger.warn('when a chain was last run could not be saved', error)
    }
  }

  function chainOf({ chainId, chain }: Pick<Parsed<'chains.plan'>, 'chainId' | 'chain'>): Chain {
    if (chain !== undefined) return chain
    if (chainId !== undefined) return library.get(chainId).chain
    throw new StokerError('invalid_input', 'Name a chain by its id, or send a draft of one.')
  }

  /** What is only planned with is not kept. */
  function batchOf({ inputId, input }: Pick<Parsed<'chains.plan'>, 'inputId' | 'input'>) {
    if (inputId === undefined) return input === undefined ? null : inputs.look(input)
    return { ...inputs.get(inputId), meanLetters: inputStore.meanLetters(inputId) }
  }

  return {
    library,
    inputs,
    runs,
    start() {
      runs.start()
      inputs.sweep()
    },
    close() {
      runStore.dispose()
      inputStore.dispose()
    },
    export({ runId, format, fromItem }) {
      const run = runStore.get(runId)
      if (run !== null) return exportRun(run, format, fromItem)
      throw new StokerError('invalid_input', `There is no run "${runId}".`, 'It may have been removed.')
    },
    async plan(wish) {
      const batch = batchOf(wish)
      return planChain(
        outlook,
        {
          chain: chainOf(wish),
          order: wish.order ?? 'fewest_loads',
          autoUnload: wish.autoUnload ?? settings.get('unloadAfterUse') === 'on',
          itemCount: Math.max(1, batch?.itemCount ?? wish.itemCount ?? 1),
          inputLetters: batch?.meanLetters ?? null,
          columns: batch?.columns ?? null
        },
        new AbortController().signal
      )
    },
    async run({ input, ...wish }, asker) {
      const chain = chainOf(wish)
      const inputId = wish.inputId === undefined ? input && inputs.addNew(input).id : inputs.get(wish.inputId).id
      if (inputId === undefined) {
        throw new StokerError('invalid_input', 'A run needs inputs.', 'Send `input`, or `inputId` of a batch.')
      }
      return { run: await runs.begin({ ...wish, chain, inputId }, asker) }
    }
  }
}
