// Whether the proxy itself answers; a core that is away is no reason to restart the proxy.
const { DEFGUARD_PROXY_HTTP_PORT = '8080' } = process.env
const url = `http://127.0.0.1:${DEFGUARD_PROXY_HTTP_PORT}/api/v1/health`
const answer = await fetch(url, { signal: AbortSignal.timeout(4_000) }).catch(() => undefined)
process.exit(answer?.ok ? 0 : 1)
