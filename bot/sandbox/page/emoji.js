// The emoji names a working bot is likely to use. An unknown name stays as it was typed.
const NAMES = {
  telephone_receiver: "📞", phone: "☎️", telephone: "☎️", iphone: "📱", calling: "📲", mobile_phone_off: "📴",
  white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", no_entry: "⛔", no_entry_sign: "🚫", warning: "⚠️",
  rotating_light: "🚨", lock: "🔒", unlock: "🔓", closed_lock_with_key: "🔐", key: "🔑", shield: "🛡️", scales: "⚖️", balance_scale: "⚖️",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", alarm_clock: "⏰", clock3: "🕒", clock9: "🕘", stopwatch: "⏱️", timer_clock: "⏲️",
  calendar: "📆", date: "📅", spiral_calendar_pad: "🗓️", bell: "🔔", no_bell: "🔕", mega: "📣", loudspeaker: "📢",
  bar_chart: "📊", chart_with_upwards_trend: "📈", chart_with_downwards_trend: "📉", clipboard: "📋", memo: "📝", page_facing_up: "📄",
  pencil: "📝", test_tube: "🧪", arrow_forward: "▶️", round_pushpin: "📍", pushpin: "📌", paperclip: "📎", file_folder: "📁", inbox_tray: "📥", outbox_tray: "📤", mag: "🔍", link: "🔗", label: "🏷️",
  tada: "🎉", sparkles: "✨", star: "⭐", thumbsup: "👍", "+1": "👍", thumbsdown: "👎", "-1": "👎", wave: "👋", raised_hand: "✋", hand: "✋",
  pray: "🙏", clap: "👏", muscle: "💪", point_right: "👉", eyes: "👀", heart: "❤️", thinking_face: "🤔", smile: "😄",
  slightly_smiling_face: "🙂", neutral_face: "😐", disappointed: "😞", sob: "😭", zzz: "💤", speech_balloon: "💬", bust_in_silhouette: "👤",
  busts_in_silhouette: "👥", office: "🏢", house: "🏠", earth_africa: "🌍", globe_with_meridians: "🌐", gb: "🇬🇧", us: "🇺🇸",
  fire: "🔥", bulb: "💡", gear: "⚙️", wrench: "🔧", hammer_and_wrench: "🛠️", robot_face: "🤖", information_source: "ℹ️", question: "❓",
  exclamation: "❗", heavy_plus_sign: "➕", heavy_minus_sign: "➖", arrow_right: "➡️", arrow_left: "⬅️", arrow_up: "⬆️", arrow_down: "⬇️",
  leftwards_arrow_with_hook: "↩️", arrows_counterclockwise: "🔄", repeat: "🔁", fast_forward: "⏩", double_vertical_bar: "⏸️",
  red_circle: "🔴", large_green_circle: "🟢", large_yellow_circle: "🟡", large_orange_circle: "🟠", large_blue_circle: "🔵",
  white_circle: "⚪", black_circle: "⚫", large_green_square: "🟩", large_red_square: "🟥", small_blue_diamond: "🔹",
};

export const emoji = (name) => NAMES[name];
