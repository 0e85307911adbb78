// The API under /api/v1: answers as JSON, problems as ApiError with what to do.
import { askForToken } from "./token.js";

const ROOT = "/api/v1";

export class ApiError extends Error {
  constructor(status, message, hint, body) {
    super(message);
    Object.assign(this, { status, hint, body });
  }
}

/** The address of a path of the API; parameters that are null are left out. */
export function address(path, parameters = {}) {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value == null ? [] : [value].flat().map((one) => [name, String(one)]));
  const query = new URLSearchParams(given).toString();
  return ROOT + path + (query ? `?${query}` : "");
}

export const api = {
  get: (path, parameters, options = {}) => request("GET", address(path, parameters), null, options),
  post: (path, body, { parameters, ...options } = {}) =>
    request("POST", address(path, parameters), body, options),
  delete: (path) => request("DELETE", address(path), null, {}),
};

/**
 * Follow a job until it ends: onprogress gets each event's data. Resolves with the last one.
 * `job` is a JobView, as a request with wait=false answers.
 */
export function follow(job, onprogress = () => {}) {
  return new Promise((resolve, reject) => {
    const events = new EventSource(address(`/jobs/${job.id}/events`));
    events.addEventListener("progress", (event) => onprogress(JSON.parse(event.data)));
    events.addEventListener("end", (event) => {
      events.close();
      resolve(JSON.parse(event.data));
    });
    events.onerror = () => {
      if (events.readyState !== EventSource.CLOSED) return; // the browser tries again
      reject(new ApiError(0, "The server no longer answers.", "Is it still running?"));
    };
  });
}

async function request(method, url, body, { signal } = {}) {
  const form = body instanceof FormData;
  let response;
  try {
    response = await fetch(url, {
      method,
      signal,
      body: body == null ? undefined : form ? body : JSON.stringify(body),
      headers: body == null || form ? {} : { "content-type": "application/json" },
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, "The server does not answer.", "Is it still running?");
  }
  if (response.status === 401 && (await askForToken())) {
    return request(method, url, body, { signal });
  }
  const json = (response.headers.get("content-type") ?? "").includes("json");
  const answer = response.status === 204 ? null : json ? await response.json() : await response.text();
  if (!response.ok) {
    throw new ApiError(response.status, answer?.error ?? `The server answered ${response.status}.`, answer?.hint, answer);
  }
  return answer;
}
