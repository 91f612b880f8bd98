import { defineSettings } from 'tao1'

export default defineSettings({ name: 'chat', database: 'memory:', public: { title: 'Chat' } })
