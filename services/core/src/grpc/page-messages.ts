import type { PageRequest as PageMessage } from '@defguard/proto/admin/v1/common'
import type { PageRequest } from '../app/paging.js'

export function toPageRequest(page: PageMessage | undefined): PageRequest {
  return { size: page?.page_size ?? 0, token: page?.page_token ?? '' }
}
