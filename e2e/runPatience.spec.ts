/** A server that goes away in the middle of a run: waited for, gone on with, and given up only when patience is over. */
import type { FakeOllama } from './fakeOllama.ts'
import { expect, test } from './fixtures.ts'
import { chainsPage } from './pages/chainsPage.ts'
import { runsPage } from './pages/runsPage.ts'
import { addChain } from './testChains.ts'
import type { StokerApp } from './stokerApp.ts'

const model = 'echo:1b'
const waiting = 'Waiting for Ollama to answer'

const lines = ['one', 'two', 'three', 'four', 'five']

/** The answer to this line has begun, and does not end by itself. */
async function beginHeld(app: StokerApp, ollama: FakeOllama, line: string): Promise<void> {
  const chains = chainsPage(app.page)
  ollama.script(model, {
    answer({ prompt }) {
      if (prompt === `Draft ${line}`) ollama.script(model, { hangs: 'stream' })
      return prompt
    }
  })
  await addChain(app, 'Letters', [{ name: 'Draft', model: `ollama/${model}`, prompt: 'Draft {{input}}' }])
  await chains.openChain('Letters')
  await chains.runLines(lines)
  await expect(app.page.getByText(`Draft, item ${lines.indexOf(line) + 1} of 5`)).toBeVisible()
}

/** Its process dies, and would answer everything once it is started again. */
async function die(ollama: FakeOllama): Promise<void> {
  await ollama.stop()
  ollama.script(model, { hangs: null, answer: ({ prompt }) => prompt })
}

test('a server that is stopped in the middle and started again: the run says that it waits, and ends without a failure', async ({
  start,
  startOllama
}) => {
  const ollama = await startOllama({ generation: '0.30', models: { [model]: {} } })
  const app = await start({ environment: { OLLAMA_HOST: ollama.url } })
  const runs = runsPage(app.page)
  await beginHeld(app, ollama, 'three')
  await die(ollama)
  await expect(app.page.getByText(waiting)).toBeVisible()
  await expect(runs.figure('Items')).toContainText('2 of 5')
  await expect(runs.figure('Items')).not.toContainText('failed')

  await runs.button('Pause').click()
  await runs.ended('Paused')
  await runs.button('Resume').click()
  await expect(app.page.getByText(waiting)).toBeVisible()

  await ollama.restart()
  await runs.ended()
  await expect(runs.figure('Items')).toContainText('5 of 5')
  await expect(runs.figure('Items')).not.toContainText('failed')
  await runs.openItem('line 3')
  await expect(runs.output('Draft')).toHaveText('Draft three')
})

test('a server that stays away longer than the setting says: its items fail, and there are no files to export', async ({
  start,
  startOllama
}) => {
  const ollama = await startOllama({ generation: '0.30', models: { [model]: {} } })
  const environment = { OLLAMA_HOST: ollama.url, STOKER_RUN_PATIENCE_SECONDS: '1', STOKER_LOCAL_RETRY_ATTEMPTS: '1' }
  const app = await start({ environment })
  const runs = runsPage(app.page)
  await beginHeld(app, ollama, 'one')
  await die(ollama)
  await runs.ended('All failed')
  await expect(runs.figure('Items')).toContainText('5 failed')
  await expect(runs.itemRow('line 5')).toContainText('Ollama')
  await app.page.getByRole('button', { name: 'More for the run of Letters' }).click()
  await expect(app.page.getByRole('menuitem', { name: 'One file per item: no results' })).toBeDisabled()
})
