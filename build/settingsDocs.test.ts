// A page that is not what the settings say is worse than none: a changed default or a new setting has to be in it.
import { expect, test } from 'vitest'
import { environmentName, settingDefinitions, settingNames } from '../src/shared/settings.ts'
import { settingsDocument, writtenPage } from './settingsDocs.mjs'

test('docs/settings.md is up to date (else: node build/settingsDocs.mjs)', async () => {
  expect(writtenPage()).toBe(await settingsDocument())
})

test.each(settingNames)('%s is there once, with its help and its default', async (name) => {
  const lines = writtenPage()
    .split('\n')
    .filter((line) => line.startsWith('|') && line.includes(`\`${environmentName(name)}\` `))
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain(settingDefinitions[name].help.replaceAll('|', '\\|'))
})
