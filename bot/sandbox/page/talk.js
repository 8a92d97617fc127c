// The page's conversation with the workspace.
import { toast } from "/page/make.js";

// Served with the page, and sent with whatever it asks: the workspace obeys no other page.
const token = document.querySelector('meta[name="workspace-token"]').content;
const inAddress = new URLSearchParams({ token });

async function ask(path, options = {}) {
  const response = await fetch(`/sandbox/${path}`, { ...options, headers: { ...options.headers, "X-Workspace-Token": token } });
  const answer = await response.json().catch(() => ({ error: response.statusText }));
  if (!response.ok) {
    toast(answer.error ?? "That did not work.");
    return null;
  }
  return answer;
}

// Tells the page (the guide listens) what a user has done.
async function told(asking, done) {
  const answer = await asking;
  if (answer) document.dispatchEvent(new CustomEvent("done", { detail: done }));
  return answer;
}

const post = (path, body) =>
  ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export const overview = () => ask("workspace");
export const screenOf = (userId) => ask(`people/${userId}/screen`);
export const moveClock = (seconds) => post("clock", { advance_seconds: seconds });
export const makeTrouble = (name) => post("trouble", { name });
export const insideOf = (userId, surface) => told(ask(`people/${userId}/inside/${surface}`), { userId, name: "inside" });
export const act = (userId, name, body = {}) => told(post(`people/${userId}/${name}`, body), { userId, name, body });
export const jumpClock = (userId, name) => told(post("clock", { jump: name }), { userId, name: "jump", body: { jump: name } });
export const fileUrl = (userId, fileId) => `/sandbox/people/${userId}/files/${fileId}?${inAddress}`;

export function upload(userId, file, channel) {
  const query = new URLSearchParams({ name: file.name, ...(channel ? { channel } : {}) });
  return told(ask(`people/${userId}/upload?${query}`, { method: "POST", body: file }), { userId, name: "upload", body: { channel } });
}

// Calls back at every change; the browser itself connects again if the workspace went away for a while.
export function onChange(callback) {
  const stream = new EventSource(`/sandbox/changes?${inAddress}`);
  stream.onmessage = (message) => callback(JSON.parse(message.data));
  // Refused: the workspace was started again, and this page is of the one before.
  stream.onerror = () => { if (stream.readyState === EventSource.CLOSED) location.reload(); };
}
