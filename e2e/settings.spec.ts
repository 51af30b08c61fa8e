/** Settings over the real core: what the environment holds, and what contradicts itself. */
import { expect, test } from './fixtures.ts'
import { modelsPage } from './pages/modelsPage.ts'

test('a limit that the environment holds is shown in force, locked, with its name', async ({ start }) => {
  const { page } = await start({ environment: { STOKER_FIRST_TOKEN_TIMEOUT_MS: '1500' } })
  await modelsPage(page).goTo('Settings')
  const field = page.getByRole('textbox', { name: 'First token within' })
  await expect(field).toHaveValue('1.5 s')
  await expect(field).toBeDisabled()
  await expect(page.getByText('Set by STOKER_FIRST_TOKEN_TIMEOUT_MS, without it 1 min')).toBeVisible()
})

test('a pair that contradicts itself is refused where it is typed; a group is reset together', async ({ start }) => {
  const { page } = await start()
  await modelsPage(page).goTo('Settings')
  const requests = page.getByRole('region', { name: 'Requests settings' })
  const least = requests.getByRole('textbox', { name: 'Answers at once, at least' })
  const most = requests.getByRole('textbox', { name: 'Answers at once, at most' })
  await least.fill('6')
  await least.press('Enter')
  await expect(least).toHaveAttribute('aria-invalid', 'true')
  await least.press('Escape')
  await expect(least).toHaveValue('1')

  await most.fill('8')
  await most.press('Enter')
  await expect(requests).toContainText('Set by you, default 4')
  await least.fill('6')
  await least.press('Enter')
  await expect(requests).toContainText('Set by you, default 1')
  await requests.getByRole('button', { name: 'Reset all of Requests' }).click()
  await page.getByRole('button', { name: 'Reset 2 settings' }).click()
  await expect(least).toHaveValue('1')
  await expect(most).toHaveValue('4')
})
