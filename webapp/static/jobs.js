// The page of a job that is at work: asks now and then how far it is, and loads itself again when it is over.
// Without JavaScript the page does so every three seconds by itself.
(() => {
  const card = document.querySelector("[data-job]");
  const bar = card.querySelector("progress"), done = card.querySelector("[data-job-done]");
  let wait = 700;
  const ask = async () => {
    try {
      const answer = await fetch(card.dataset.job, { headers: { Accept: "application/json" } });
      if (answer.status === 401 || answer.status === 404) return location.reload();
      if (answer.ok) {
        const job = await answer.json();
        if (job.over) return location.reload();
        bar.value = job.done;
        done.textContent = job.told;
      }
    } catch { wait = 3000; } // no connection: the work goes on all the same
    setTimeout(ask, wait = Math.min(wait * 1.2, 3000));
  };
  setTimeout(ask, wait);
})();
