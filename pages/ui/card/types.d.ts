// What a card is told, what it and its route say to each other, and what its parts hand around.

interface CardClass {
  code: string;
  title: string;
  hotkey: string | null;
  color: string;
  description: string;
  group: string | null;
  parent: string | null;
}

// What a label is, as db/vocabulary.py has it.
type LabelKind = "single" | "several" | "ordered" | "pair";

interface ClassParts {
  classes: CardClass[];
  kind: LabelKind;
  allowsInner: boolean;
  say: Say;
  onPick: (code: string, event: UIEvent, source: Source) => boolean;
}

// pages/ui/card/__init__.py: CardConfig
interface CardConfig {
  url: string;
  project: string;
  person: number;
  lang: string;
  classes: CardClass[];
  kind: LabelKind;
  allows_none: boolean;
  allows_inner: boolean;
  look_ahead: number;
  skip_reasons: { code: string; title: string }[];
  guidelines_version: number | null;
  guidelines_html_url: string;
  remaining: number | null;
  words: Record<string, string>;
  results_url?: string | null;
  sign_in_url?: string;
  is_empty?: boolean;
}

type Say = (word: string, facts?: Record<string, string | number | null | undefined>) => string;

// One turn of a conversation; "muted" where what this speaker says is no reason for a label.
interface SaidTurn {
  speaker: string | null;
  text: string;
  time?: string | null;
  muted?: boolean;
}

// "turns" of a conversation ("turns") or of two candidates and what they answer ("pair"); then "text" is empty.
interface Item {
  token: string;
  text: string;
  form?: "turns" | "pair";
  turns?: SaidTurn[];
  context?: unknown;
  metadata?: Record<string, unknown> | null;
}

// What one press says, whatever the card; a correction has the token of what it corrects and a higher revision.
interface Answer {
  token: string;
  revision: number;
  label: string | null;
  seconds: number;
}

// What stands beside an answer before it is given.
interface Draft {
  comment: string;
}

// What one request carries.
interface Call {
  project: string;
  want: number;
  answers?: Answer[];
  rulings?: Answer[];
}

interface Receipt {
  token: string;
  revision: number;
  status: string;
  message?: string | null;
  // Of an entry that could not be read: where it stood in what was sent.
  at?: number;
}

interface Chunk {
  id: number;
  ordinal: number;
  size: number;
  answered: number;
  kind: string;
}

interface Reply {
  items: Item[];
  acknowledged?: Receipt[];
  state: string;
  notice?: string | null;
  chunk?: Chunk | null;
  day?: number | null;
  remaining?: number | null;
  next_free_seconds?: number | null;
}

// The types that make up one kind of card.
interface Trade {
  config: CardConfig;
  item: Item;
  answer: Answer;
  draft: Draft;
  receipt: Receipt;
  body: Call;
  reply: Reply;
  desk: Desk<Trade>;
  top: TopLine<Trade>;
}

interface Entry<A extends Answer> {
  answer: A;
  order: number;
  // Set aside after a refusal.
  parked: boolean;
  // It may have reached the server.
  attempted: boolean;
  // Pressed in another load of the page.
  adopted: boolean;
  // Pressed again after it was withdrawn.
  again: boolean;
}

interface Parcel<K extends Trade> {
  epoch: number;
  entries: Entry<K["answer"]>[];
  body: K["body"];
}

// Where a sender gets the next parcel, and tells what became of it.
interface SendersPost<P> {
  compose(): P | null;
  // False when the reply moves nothing on.
  receive(reply: unknown, parcel: P): boolean;
  // Whether to go on sending at once.
  refuse(refusal: Refusal, parcel: P): boolean;
  shut(gate: Gate): void;
  suffer(trouble?: string): void;
}

interface Remembered<K extends Trade> {
  item: K["item"];
  answer: K["answer"];
}

interface Revisit<K extends Trade> {
  entry: Remembered<K>;
  // Taken out of the queue before it was sent, so nobody has seen it.
  withdrawn: boolean;
  draft: K["draft"];
}

interface Drafts<K extends Trade> {
  empty(): K["draft"];
  of(answer: K["answer"]): K["draft"];
}

type Gate = "signed_out" | "forbidden";

interface Refusal {
  error: string;
  message: string;
}

// What a press chose, and how long that took.
interface Choice {
  label?: string | null;
  reason?: string | null;
}

type Source = "key" | "pointer";

// A text that is looked through, and the node that shows it, made when it is asked for.
interface Passage {
  text: string;
  node: () => HTMLElement;
}

// A part of one of two texts, and whether the other has it too.
interface Piece {
  text: string;
  same: boolean;
}

interface Action {
  word: string;
  key?: string;
  href?: string;
  run?: () => void;
  main?: boolean;
}

interface Message {
  title?: string;
  text?: string;
  time?: string;
  actions?: (Action | null)[];
}

type MessageOf<D> = (screen: string, desk: D, say: Say) => Message;

type Tool = (
  word: string,
  run: (event: MouseEvent) => unknown,
  look?: { image?: string; sign?: string; hint?: string },
) => HTMLButtonElement;

interface TopParts<K extends Trade> {
  desk: K["desk"];
  say: Say;
  tool: Tool;
  classes: ClassPanel;
  guide: HTMLElement;
  titleOf: (answer: K["answer"]) => string;
}

// What a card adds to the view that all share.
interface ViewKit<K extends Trade> {
  messageOf: MessageOf<K["desk"]>;
  makeTop: (parts: TopParts<K>) => K["top"];
  commands: [sign: string, word: string][];
  beside?: HTMLElement | null;
  // Whether it is asked which turn of a conversation decides.
  asksEvidence?: boolean;
}

type Command = (event: KeyboardEvent) => unknown;

interface Attributes {
  [name: string]: string | boolean | null | undefined | ((event: never) => unknown);
  onclick?: (event: MouseEvent) => unknown;
  onkeydown?: (event: KeyboardEvent) => unknown;
}

interface CardKind<K extends Trade, V extends CardView<K>> {
  Desk: new (config: K["config"]) => K["desk"];
  View: new (desk: K["desk"], config: K["config"]) => V;
  Keyboard: new (view: V) => Keyboard<K, V>;
}

// What Streamlit gives the default export; the card keeps itself on the parent over its reruns.
interface Mounting<K extends Trade, V extends CardView<K>> {
  parentElement: HTMLElement & { mounted?: Mounted<K, V> };
  data: K["config"];
}

interface Mounted<K extends Trade, V extends CardView<K>> {
  card: Card<K, V> | null;
  calls: number;
}
