import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** The browser need not wait for the entry to learn in which files the page is. */
const preloadPage: Plugin = {
  name: 'preload-page',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler(_html, { bundle = {} }) {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk')
      const entries = chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName)
      const page = chunks.find(({ name }) => name === 'wizard')
      if (!page) throw new Error('There is no chunk "wizard" to preload.')
      return [page.fileName, ...page.imports]
        .filter((fileName) => !entries.includes(fileName))
        .map((fileName) => ({
          tag: 'link',
          attrs: { rel: 'modulepreload', crossorigin: true, href: `/${fileName}` },
          injectTo: 'head' as const,
        }))
    },
  },
}

export default defineConfig({
  // Absolute, because the page also opens at /password-reset and at unknown paths.
  base: '/',
  plugins: [react(), preloadPage],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    assetsDir: 'assets',
    // The policy of the page allows images from data: but neither styles nor scripts from there.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
  },
})
