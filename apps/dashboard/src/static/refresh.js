// Brings the page up to date while somebody looks at it: replaces what has changed, leaves focus and scrolling alone.
const content = document.querySelector('[data-refresh-seconds]');

async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
    // The session has ended.
    if (answer.redirected) return location.reload();
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById(content.id);
    const sections = [...content.querySelectorAll('section')];
    const freshSections = fresh ? [...fresh.querySelectorAll('section')] : [];
    if (sections.length !== freshSections.length) return location.reload();
    sections.forEach((section, index) => {
      const replacement = freshSections[index];
      if (section.innerHTML === replacement.innerHTML || section.contains(document.activeElement)) return;
      section.className = replacement.className;
      section.replaceChildren(...replacement.childNodes);
    });
  } catch {
    // The next try may work.
  }
}

setInterval(() => void refresh(), Number(content.dataset.refreshSeconds) * 1000);
