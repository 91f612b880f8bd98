import { defineSettings, type SettingsOf } from 'tao1'

// Host, port, database and secrets come from the environment or .env: see .env.example.
const settings = defineSettings({
  name: '__project__',

  // Values every template sees as settings.public.
  public: {
    title: '__title__',
  },

  // Middleware around every view, outermost first: (request, next) => next()
  middleware: [],
})

declare module 'tao1' {
  interface SiteSettings extends SettingsOf<typeof settings> {}
}

export default settings
