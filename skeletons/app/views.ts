import { NotFound, redirect, templ, Type, type Request, type Static } from 'tao1'

interface Entry {
  /** Also the last part of its path. */
  _id: string
  title: string
  text: string
  date: Date
}

/** What a form or JSON has to be to become an entry. Anything else is answered 400, with the place and the reason. */
export const NewEntry = Type.Object({
  title: Type.String({ maxLength: 100, pattern: '[\\p{L}\\p{N}]' }),
  text: Type.String({ maxLength: 10_000 }),
})
export type NewEntry = Static<typeof NewEntry>

export async function index(request: Request) {
  const entries = await entriesOf(request).find().sort({ date: -1 }).limit(20).toArray()
  return templ('__app__:index', request, { entries })
}

export async function entry(request: Request<{ slug: string }>) {
  const entry = await entriesOf(request).findOne({ _id: request.params.slug })
  if (entry === null) throw new NotFound('There is no such entry.')
  return templ('__app__:entry', request, { entry })
}

export async function create(request: Request<object, NewEntry>) {
  const { title, text } = request.body
  const slug = slugOf(title)
  const { upsertedCount } = await entriesOf(request).updateOne(
    { _id: slug },
    { $setOnInsert: { title, text, date: new Date() } },
    { upsert: true },
  )
  if (upsertedCount === 1) request.session.flash('info', `"${title}" was added.`)
  else request.session.flash('error', 'There is an entry of that title already.')
  return redirect('__app__:entry', { slug }, { status: 303 })
}

function entriesOf({ db }: Pick<Request, 'db'>) {
  return db.collection<Entry>('__app__.entries')
}

/** "Hello, World!" becomes "hello-world". */
function slugOf(title: string): string {
  const words = title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ['entry']
  return words.join('-')
}
