// pages/junior/ask_live/__init__.py: AskConfig
interface AskConfig {
  project: string;
  person: number;
  prompt: number;
  item: string | null;
  words: Record<
    "ask" | "stop" | "text" | "asking" | "stopped" | "broken_off" | "signed_out" | "unreachable" | "empty" | "answer",
    string
  >;
}

// One event of the answer: a piece of it as it is written, or how it ended.
interface AskEvent {
  piece?: string;
  error?: string;
  done?: string[];
}
