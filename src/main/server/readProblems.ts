/** What the core said at its start that a person should know: a settings file set aside, a data folder that cannot be written to. */
import { requests } from '../../shared/contract.ts'
import type { Core } from '../../shared/core.ts'

export async function readProblems(core: Pick<Core, 'dispatch'>): Promise<string[]> {
  const answer = await core.dispatch('app.info', {}, { client: 'script' })
  return answer.ok ? requests['app.info'].output.parse(answer.data).problems : [answer.error.message]
}
