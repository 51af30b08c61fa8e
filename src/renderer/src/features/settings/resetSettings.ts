/** Puts several settings back to their defaults, one after the other: the order in which the schema has them never contradicts itself. */
import type { SettingState } from '../../../../shared/settings.ts'
import { isConnectedFor, notifyFailure } from '../../actions/notify.ts'
import { request } from '../../host/client.ts'

export async function resetSettings(groupName: string, settings: readonly SettingState[]): Promise<void> {
  const what = `Not all of ${groupName} was reset`
  if (!isConnectedFor(what)) return
  try {
    for (const { name } of settings) await request('settings.reset', { name })
  } catch (thrown) {
    notifyFailure(what, thrown)
  }
}
