/** In the builder's place until it can be drawn. */
import { Skeleton } from '@mantine/core'
import { Screen } from '../../components/Screen.tsx'

export function BuilderComing() {
  return (
    <Screen title="Chains">
      <Skeleton height={300} radius={11} />
    </Screen>
  )
}
