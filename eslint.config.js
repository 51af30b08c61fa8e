// Lint rules; most of this file is the import directions of docs/decisions/0001-layout.md, made enforceable.
import js from '@eslint/js'
import tseslint from 'typescript-eslint'
import reactHooks from 'eslint-plugin-react-hooks'

/** `files` may not import what `patterns` name; types are free only where `types` says so. */
function forbid(files, rules) {
  return {
    files,
    // Tests, and what only tests use, put services together by themselves.
    ignores: ['**/*.test.ts', '**/*Rig.ts', '**/fake*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: rules.map(({ group, message, types = false }) => ({ group, message, allowTypeImports: types })) }
      ]
    }
  }
}

const noElectron = {
  group: ['electron', 'electron/*'],
  message: 'Electron belongs to index.ts, shell/, rpc/electronTransport.ts and the preload.'
}
const noNode = { group: ['node:*'], message: 'This code also runs in a page.' }
const noReact = { group: ['react', 'react-dom', 'react/*'], message: 'React belongs to the renderer.' }
const noMain = { group: ['**/main/**'], message: 'The page knows the core only through shared/.' }
const ownServices = [
  'providers',
  'models',
  'memory',
  'settings',
  'storage',
  'operations',
  'requests',
  'warmup',
  'chains',
  'diagnostics',
  'modelsFile',
  'metrics'
]
const services = [...ownServices, 'server', 'rpc', 'shell']

/** A service may know its siblings' types, never their code: core.ts brings them together. */
function service(name) {
  const siblings = services.filter((other) => other !== name).map((other) => `**/${other}/**`)
  return forbid(
    [`src/main/${name}/**/*.ts`],
    [
      { group: siblings, message: 'Services never import each other: core.ts passes them in.', types: true },
      noElectron,
      noReact
    ]
  )
}

export default tseslint.config(
  { ignores: ['out/**', 'node_modules/**', 'test-results/**', 'playwright-report/**'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    languageOptions: {
      globals: {
        ...Object.fromEntries(
          ['process', 'console', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'URL', 'fetch'].map(
            (name) => [name, 'readonly']
          )
        )
      }
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-console': 'error',
      'max-lines': ['error', { max: 400 }]
    }
  },
  { files: ['build/**', 'bench/**', 'e2e/**'], rules: { 'no-console': 'off' } },
  forbid(['src/shared/**/*.ts'], [noElectron, noNode, noReact, noMain]),
  forbid(['src/preload/**/*.ts'], [noNode, noReact, { ...noMain, types: false }]),
  ...ownServices.map(service),
  forbid(
    [
      'src/main/rpc/!(electronTransport).ts',
      'src/main/server/**/*.ts',
      'src/main/lib/**/*.ts',
      'src/main/core.ts',
      'src/main/core/**/*.ts',
      'src/main/serve.ts'
    ],
    [noElectron, noReact]
  ),
  forbid(
    ['src/renderer/**/*.{ts,tsx}'],
    [
      noElectron,
      noNode,
      noMain,
      {
        group: [
          '**/shared/contract.ts',
          '**/shared/model.ts',
          '**/shared/memory.ts',
          '**/shared/settings.ts',
          '**/shared/activity.ts',
          '**/shared/operation.ts',
          '**/shared/hostRequests.ts',
          '**/shared/schedule.ts',
          '**/shared/chain.ts',
          '**/shared/plan.ts',
          '**/shared/run.ts',
          '**/shared/diagnostics.ts',
          '**/shared/modelsFile.ts'
        ],
        message: 'Types only: validators stay out of the page.',
        types: true
      }
    ]
  ),
  {
    files: ['src/renderer/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: reactHooks.configs.recommended.rules
  }
)
