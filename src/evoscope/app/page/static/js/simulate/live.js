// Asks as fast as answers come: one question at a time, and of those that wait only the latest.

const SETTLES_MS = 60; // a slider tells every pixel

/**
 * @template Question, Answer
 * @param {(question: Question, signal: AbortSignal) => Promise<Answer>} ask
 * @param {{ answered: (answer: Answer, question: Question, latest: boolean) => void,
 *   failed: (error: Error) => void }} then
 * @returns {{ put: (question: Question) => void, leave: () => void }}
 */
export function live(ask, { answered, failed }) {
  const gone = new AbortController();
  let waiting = null;
  let timer = 0;
  let busy = false;
  const next = async () => {
    timer = 0;
    if (busy || waiting === null || gone.signal.aborted) return;
    const [question] = waiting;
    waiting = null;
    busy = true;
    try {
      const answer = await ask(question, gone.signal);
      if (!gone.signal.aborted) answered(answer, question, waiting === null);
    } catch (error) {
      if (!gone.signal.aborted && waiting === null) failed(error);
    } finally {
      busy = false;
      next();
    }
  };
  return {
    put(question) {
      waiting = [question];
      if (!timer && !busy) timer = setTimeout(next, SETTLES_MS);
    },
    leave() {
      clearTimeout(timer);
      gone.abort();
    },
  };
}
