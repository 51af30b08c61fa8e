// Two shells that disagree about the folder would show two different Stokers.
import { expect, test } from 'vitest'
import { chooseDataDirectory, chooseModelsDirectory } from './dataDirectory.ts'

const question = { option: undefined, environment: {}, platform: 'linux', homeDirectory: '/home/ann' } as const

test('the option wins over the environment, which wins over the usual place', () => {
  const environment = { STOKER_DATA_DIR: '/env' }
  expect(chooseDataDirectory({ ...question, option: '/option', environment })).toBe('/option')
  expect(chooseDataDirectory({ ...question, environment })).toBe('/env')
  expect(chooseDataDirectory(question)).toBe('/home/ann/.config/Stoker')
  expect(chooseDataDirectory({ ...question, platform: 'darwin' })).toBe('/home/ann/Library/Application Support/Stoker')
})

test('an empty value is no value, and a relative folder does not move with the process', () => {
  expect(
    chooseDataDirectory({ ...question, option: '', environment: { STOKER_DATA_DIR: '', XDG_CONFIG_HOME: '' } })
  ).toBe('/home/ann/.config/Stoker')
  expect(chooseDataDirectory({ ...question, option: 'data' })).toBe(`${process.cwd()}/data`)
})

test('models live among the data unless a folder is named', () => {
  expect(chooseModelsDirectory('/d', {})).toBe('/d/models')
  expect(chooseModelsDirectory('/d', { STOKER_MODELS_DIR: '/gguf' })).toBe('/gguf')
})
