/** A command of the palette without a key or a note of its own. */
import type { Command } from './commands.ts'

export function actionCommand(
  id: string,
  label: string,
  keywords: string,
  isOfferedFirst: boolean,
  run: () => void
): Command {
  return { id, label, keywords, icon: 'screen', group: 'Actions', key: null, note: null, isOfferedFirst, run }
}
