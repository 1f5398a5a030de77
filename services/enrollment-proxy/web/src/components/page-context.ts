import { createContext } from 'react'

/** What every page needs of its surroundings. */
export interface PageSurroundings {
  readonly instanceName: string | undefined
  /** False until the first page stands: it must not take the focus from the address bar. */
  readonly hasArrived: { current: boolean }
  /** Something else is shown over this page for a while. */
  readonly isCovered: boolean
}

export const PageContext = createContext<PageSurroundings>({
  instanceName: undefined,
  hasArrived: { current: false },
  isCovered: false,
})
