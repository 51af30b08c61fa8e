/** "Check this machine": every check in its order, and the machine left as it was found. */
import { checkIds, type Check } from '../../shared/diagnostics.ts'
import { toErrorInfo } from '../../shared/errors.ts'
import type { Host } from '../../shared/model.ts'
import type { Logger } from '../lib/logger.ts'
import { runCheck, trialReason, type CheckAbout, type Finding } from './checkParts.ts'
import { isResident, isUsedSince, type DiagnosedModels } from './diagnosedModels.ts'
import { tryModel, type ModelTrialDeps, type TrialRun } from './modelTrial.ts'
import { diskFinding, hostFinding, type Disk } from './placeChecks.ts'

export interface MachineCheckDeps extends ModelTrialDeps {
  hosts: { list(): Host[]; check(hostId: string): Promise<Host> }
  /** False: a default that was never there. */
  isExpected: (host: Host) => boolean
  folders: { models: string; data: string }
  readDisk: (path: string) => Promise<Disk>
  logger: Logger
}

type Tell = (done: number, total: number, words: string) => void
type Run = (about: CheckAbout, work: () => Promise<Finding>) => Promise<Check>

/** Rejects only when the signal aborts; then, too, nothing is left behind. */
export async function checkMachine(deps: MachineCheckDeps, signal: AbortSignal, tell: Tell): Promise<Check[]> {
  const checks: Check[] = []
  const total = deps.hosts.list().length + checkIds.length - 1
  const run: Run = async (about, work) => {
    tell(checks.length, total, about.label)
    const check = await runCheck(about, deps.clock, signal, work)
    checks.push(check)
    return check
  }
  const trial: TrialRun = {
    signal,
    startedAt: deps.clock.now(),
    freeForModelsBytes: 0,
    run: (id, label, work) => run({ id, label, hostId: null }, work),
    tried: [],
    made: []
  }
  try {
    await checkHosts(deps, run)
    await trial.run('disk', 'Disk space', async () => {
      const disks = { models: await deps.readDisk(deps.folders.models), data: await deps.readDisk(deps.folders.data) }
      trial.freeForModelsBytes = disks.models.freeBytes
      return diskFinding(disks, deps.folders)
    })
    await tryModel(deps, trial)
    return checks
  } finally {
    await tidy(deps.models, trial, deps.logger)
  }
}

async function checkHosts({ hosts, isExpected, clock }: MachineCheckDeps, run: Run): Promise<void> {
  for (const { id, name } of hosts.list()) {
    await run({ id: 'server', label: name, hostId: id }, async () => {
      const startedAt = clock.now()
      const host = await hosts.check(id)
      return hostFinding(host, isExpected(host), clock.now() - startedAt)
    })
  }
}

/** Also after a cancel, and not ended by it. What somebody uses meanwhile is theirs. */
async function tidy(models: DiagnosedModels, { tried, made, startedAt }: TrialRun, logger: Logger): Promise<void> {
  const attempt = async (words: string, work: () => Promise<unknown>): Promise<void> => {
    await work().catch((thrown: unknown) => logger.warn(words, toErrorInfo(thrown)))
  }
  for (const { id } of tried) {
    const model = models.find(id)
    if (model && isResident(model) && !isUsedSince(model, startedAt))
      await attempt('a model was not unloaded after the checks', () =>
        models.unload(id, trialReason, new AbortController().signal)
      )
  }
  for (const { id } of made)
    await attempt('the sample was not deleted after the checks', () => models.remove(id, trialReason))
}
