import { createLogger } from '@defguard/runtime/logger'
import { run } from '@defguard/runtime/run'
import { MailDev } from 'maildev'
import { guardMailPages } from './mail-pages.js'

const MAILS_MAX = 1000

const [smtpPort, webPort, folder = ''] = process.argv.slice(2)
process.umask(0o077) // caught mails hold links that are good for an enrollment

await run(() => {
  const log = createLogger('mail-catcher', 'info')
  const mailDev = new MailDev({
    smtp: Number(smtpPort),
    ip: '127.0.0.1',
    web: Number(webPort),
    webIp: '127.0.0.1',
    mailDirectory: folder,
    maxEmails: MAILS_MAX,
    silent: true,
  })
  return {
    log,
    async start() {
      const { api } = await mailDev.start()
      if (api) guardMailPages(api.server.server)
      log.info({ smtpPort, webPort }, 'the mail catcher is ready')
    },
    stop: () => mailDev.stop(),
  }
})
