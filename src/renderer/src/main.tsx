/** Entry of the page: starts the mirrors and draws the frame. */
import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './theme/tokens.css'
import './theme/mantine.css'
import './theme/base.css'
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './features/frame/App.tsx'
import { client } from './host/client.ts'
import { startWatchLease } from './host/watchLease.ts'
import { startMirrors } from './stores/startMirrors.ts'
import { applyVariables } from './theme/applyVariables.ts'
import { theme } from './theme/theme.ts'

applyVariables()
startMirrors(client)
startWatchLease(client)

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
        <Notifications position="bottom-right" limit={4} containerWidth={360} />
        <App />
      </MantineProvider>
    </StrictMode>
  )
}
