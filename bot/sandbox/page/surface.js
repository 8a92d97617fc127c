// A message, modal or Home tab as something a person acts on: what they typed, and how a press is sent.
import { act } from "/page/talk.js";

// A state value of the payloads as the plain value that inputs hold.
function plainValue(state) {
  if (!state) return undefined;
  const [name] = Object.keys(state).filter((one) => one !== "type");
  const value = state[name];
  if (name === "selected_option") return value?.value;
  if (name === "selected_options") return value.map((one) => one.value);
  return value ?? undefined;
}

export class Surface {
  // `target` names the surface to the workspace: {view_id} or {channel_id, ts}.
  constructor(target, values, context, errors = {}, draft = {}) {
    Object.assign(this, { target, values, context, errors, draft });
  }

  held(block, element) {
    const mine = this.draft[block.block_id]?.[element.action_id];
    return mine === undefined ? plainValue(this.values?.[block.block_id]?.[element.action_id]) : mine;
  }

  keep(block, element, value) {
    (this.draft[block.block_id] ??= {})[element.action_id] = value;
  }

  async press(block, element, selected) {
    const delivery = await act(this.context.userId, "press", {
      ...this.target, block_id: block.block_id, action_id: element.action_id, value: element.value, selected, given: this.draft,
    });
    this.context.settled(delivery);
  }
}
