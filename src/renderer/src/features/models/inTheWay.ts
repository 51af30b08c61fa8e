/** Which loaded models a refused load cannot send away, and why: what to unpin, or wait for. Pure. */
import type { Prediction } from '../../../../shared/fit.ts'
import type { Host, Model, ModelId } from '../../../../shared/model.ts'
import { sameModel } from '../../../../shared/modelKey.ts'
import { isResident } from '../../stores/modelStore.ts'

/** "a is pinned, b is answering."; null where it would not fit without them either, or nobody is. */
export function inTheWay(
  { id, isAllowed, needBytes, sum }: Pick<Prediction, 'id' | 'isAllowed' | 'needBytes' | 'sum'>,
  models: readonly Model[],
  hosts: readonly Host[]
): string | null {
  const { budgetBytes } = sum
  if (isAllowed || needBytes === null || budgetBytes === null || needBytes > budgetBytes) return null
  return stayingWords(models, hosts, [id])
}

/** "a is pinned, b is answering.": who on this machine does not go to make room, beside those that are asked about. */
export function stayingWords(
  models: readonly Model[],
  hosts: readonly Host[],
  asked: readonly ModelId[]
): string | null {
  const elsewhere = new Set(hosts.flatMap((host) => (host.isLocal ? [] : [host.id])))
  const staying = models.filter(
    (model) =>
      isResident(model) &&
      !asked.some((id) => sameModel(model.id, id)) &&
      !elsewhere.has(model.id.hostId) &&
      (model.isPinned || model.activeRequests > 0)
  )
  if (staying.length === 0) return null
  return `${staying.map(({ id, isPinned }) => `${id.name} is ${isPinned ? 'pinned' : 'answering'}`).join(', ')}.`
}
