import type { CoreClient } from '../core-client.js'
import { EmptyReply, NoteBody, RequestLinkBody } from './contract.js'
import type { SessionCookie } from './cookies.js'
import { post, type Route } from './routes.js'

const tag = 'Help'

/** What a person in our wizard can tell an admin. */
export function helpRoutes(core: CoreClient, cookie: SessionCookie): Route[] {
  return [
    post(
      '/enrollment/note',
      {
        tag,
        summary: "Tell the admin that something about one's data is wrong",
        body: NoteBody,
        reply: EmptyReply,
        session: cookie,
        refusals: [400],
        quota: 'notes',
      },
      ({ text }, { session, caller }) => core.reportMistake(session, text, caller),
    ),

    post(
      '/enrollment/request_link',
      {
        tag,
        summary: 'Ask the admin for a new link; answers alike whatever the token was',
        body: RequestLinkBody,
        reply: EmptyReply,
        quota: 'link_requests',
      },
      ({ token }, { caller }) => core.requestNewLink(token, caller),
    ),
  ]
}
