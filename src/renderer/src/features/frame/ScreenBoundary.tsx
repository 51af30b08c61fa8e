/** Shows one screen, and calm words in its place when it cannot be fetched or fails to draw: the rest of the page goes on. */
import { Button } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { Component, Suspense } from 'react'
import { EmptyState } from '../../components/EmptyState.tsx'
import type { ScreenName } from '../../lib/navigation.ts'
import { useConnectionStore } from '../../stores/connectionStore.ts'
import { renewScreen, screenComponent, type ScreenComponent } from '../screens.tsx'

interface ScreenBoundaryState {
  Screen: ScreenComponent
  hasFailed: boolean
}

// Only a class can catch what is thrown while its children draw.
export class ScreenBoundary extends Component<{ name: ScreenName }, ScreenBoundaryState> {
  override state: ScreenBoundaryState = { Screen: screenComponent(this.props.name), hasFailed: false }
  private stopListening: () => void = () => undefined

  static getDerivedStateFromError(): Partial<ScreenBoundaryState> {
    return { hasFailed: true }
  }

  override componentDidMount(): void {
    // What could not be fetched while the core was away can be when it is back.
    this.stopListening = useConnectionStore.subscribe((now, before) => {
      if (now.connection === 'open' && before.connection !== 'open' && this.state.hasFailed) this.tryAgain()
    })
  }

  override componentWillUnmount(): void {
    this.stopListening()
  }

  private readonly tryAgain = (): void => this.setState({ Screen: renewScreen(this.props.name), hasFailed: false })

  override render() {
    const { Screen, hasFailed } = this.state
    if (hasFailed) {
      return (
        <div role="alert">
          <EmptyState
            icon={<IconAlertTriangle size={22} stroke={1.6} />}
            title="This screen could not be shown"
            actions={<Button onClick={this.tryAgain}>Try again</Button>}
          >
            Your models are not touched by this. If it stays so, reload the page.
          </EmptyState>
        </div>
      )
    }
    return (
      <Suspense fallback={null}>
        <Screen />
      </Suspense>
    )
  }
}
