/** Ids of chains and steps, minted by the page that makes them. */
import { mintOperationId } from '../../actions/operationId.ts'

export function mintId(): string {
  return mintOperationId().slice(0, 16)
}
