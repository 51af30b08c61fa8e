/** What a person sees of a host that is asked: who waits, why it is left alone, and what an answer waits for. */
import { expect, test } from '@playwright/test'
import { holdWork, openDemo } from './demoPage.ts'
import { modelsPage } from './pages/modelsPage.ts'
import { seriousProblems } from './seriousProblems.ts'

for (const colorScheme of ['light', 'dark'] as const) {
  test(`a busy host counts who waits, and its panel names them, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme })
    await openDemo(page, 'busy')
    const host = page.getByRole('button', { name: 'Ollama: answers, 5 waiting' })
    await host.focus()
    await page.keyboard.press('Enter')
    const panel = page.getByRole('dialog', { name: 'Ollama' })
    await expect(panel).toContainText('2 answering, at most 2 at once: memory is short.')
    await expect(panel.getByRole('list', { name: 'Waiting for a turn' }).getByRole('listitem')).toHaveCount(3)
    await expect(panel).toContainText('2 more wait behind these.')
    await expect(panel).toContainText('9 of 127 requests, 7.1 %')
    await expect(panel).toContainText('Refused the connection 5 times.')
    expect(await seriousProblems(page)).toEqual([])
    await page.keyboard.press('Escape')
    await expect(panel).not.toBeVisible()
    await expect(host).toBeFocused()
  })
}

test('who answers and who waits on a host is cancelled in its panel, one by one, with the keyboard alone', async ({
  page
}) => {
  await openDemo(page, 'busy')
  await page.getByRole('button', { name: 'Ollama: answers, 5 waiting' }).click()
  const panel = page.getByRole('dialog', { name: 'Ollama' })
  const answering = panel.getByRole('list', { name: 'Answering' }).getByRole('listitem')
  const waiting = panel.getByRole('list', { name: 'Waiting for a turn' }).getByRole('listitem')
  await expect(answering).toHaveText([/llama3\.2:3b.*for the schedule/, /llama3\.2:3b.*for you/])
  await expect(waiting).toHaveText([/qwen3:8b.*for you/, /llama3\.2:3b.*for a script/, /Nemotron.*for a script/])
  await panel.getByRole('button', { name: 'Cancel llama3.2:3b, waiting for a script' }).focus()
  await page.keyboard.press('Enter')
  await expect(waiting).toHaveCount(2)
  // The focus stays in the list, on what took its place.
  await expect(panel.getByRole('button', { name: /^Cancel .*Nemotron.*, waiting for a script$/ })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(waiting).toHaveCount(1)
  await expect(panel.getByRole('button', { name: 'Cancel qwen3:8b, waiting for you' })).toBeFocused()
  await panel.getByRole('button', { name: 'Cancel llama3.2:3b, answering for the schedule' }).focus()
  await page.keyboard.press('Enter')
  // Its place is free: the next one answers now.
  await expect(answering).toHaveText([/llama3\.2:3b.*for you/, /qwen3:8b.*for you/])
  await expect(waiting).toHaveCount(0)
  expect(await seriousProblems(page)).toEqual([])
})

test('a host whose answers fail is left alone, says why and until when, and can be tried at once', async ({ page }) => {
  await openDemo(page, 'paused')
  const hosts = page.getByRole('region', { name: 'Hosts' })
  await expect(hosts).toContainText(/left alone, next try 0:\d\d/)
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox', { name: 'What to do' })).toBeFocused()
  await page.keyboard.type('open ollama')
  await page.keyboard.press('Enter')
  const panel = page.getByRole('dialog', { name: 'Ollama' })
  await expect(panel).toContainText(/Left alone since \d\d:\d\d: it failed 5 times in a row: Ollama is busy\./)
  await expect(panel).toContainText(/Next try in 0:\d\d\./)
  await expect(panel.getByRole('button', { name: 'Try now' })).toBeVisible()
  expect(await seriousProblems(page)).toEqual([])
})

test('an answer says its place in the queue and the next attempt, and gives its place up when cancelled', async ({
  page
}) => {
  await openDemo(page, 'busy')
  const models = modelsPage(page)
  const work = await holdWork(page)
  await models.ask('gemma3:1b', 'What keeps embers hot?')
  await expect(page.getByText(/^2nd in the queue, 0:(1[4-9]|[2-5]\d)$/)).toBeVisible()
  await work.step()
  await expect(page.getByText(/^Next in the queue, 0:(1[4-9]|[2-5]\d)$/)).toBeVisible()
  await work.step()
  await expect(page.getByText(/^Ollama is busy\. A(gain in \d s, a)?ttempt 2 of 3$/)).toBeVisible()
  await work.goOn()
  await expect(models.answer).toContainText('Embers hold their heat')

  await expect(page.getByRole('button', { name: 'Ask', exact: true })).toBeEnabled()
  await holdWork(page)
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(page.getByText(/in the queue/)).toBeVisible()
  await page.getByRole('button', { name: 'Cancel', exact: true }).click()
  await expect(page.getByText(/in the queue/)).not.toBeVisible()
  await expect(page.getByRole('button', { name: 'Ask', exact: true })).toBeEnabled()
})

test('an answer somebody else waits for shows its place, too', async ({ page }) => {
  await openDemo(page, 'busy')
  await modelsPage(page)
    .row('qwen3:8b')
    .click({ position: { x: 60, y: 12 } })
  await expect(page.getByText(/^2nd in the queue/)).toBeVisible()
})
