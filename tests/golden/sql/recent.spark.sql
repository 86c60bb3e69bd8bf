SELECT
  g.o,
  g.newest,
  MIN(s.r) AS r,
  g.undecided
FROM (
  SELECT
    s.o,
    MAX(CASE WHEN s.w AND s.d <= s.a THEN s.d ELSE NULL END) AS newest,
    SUM(CASE WHEN (
      s.w IS NULL OR s.d IS NULL
    ) THEN 1 ELSE 0 END) AS undecided
  FROM (
    SELECT
      t.o,
      t.r,
      TRUE AS w,
      CAST(t.c6 AS DATE) AS d,
      p.as_of AS a
    FROM t0 AS t
    INNER JOIN p AS p
      ON p.o = t.o
    WHERE
      NOT EXISTS(
        SELECT
          1
        FROM lost AS x
        WHERE
          x.t = 0 AND x.o = t.o AND x.r = t.r AND x.c IN ((
              -1
          ), 6)
      )
  ) AS s
  WHERE
    (
      s.w OR s.w IS NULL
    )
  GROUP BY
    s.o
) AS g
LEFT JOIN (
  SELECT
    t.o,
    t.r,
    TRUE AS w,
    CAST(t.c6 AS DATE) AS d,
    p.as_of AS a
  FROM t0 AS t
  INNER JOIN p AS p
    ON p.o = t.o
  WHERE
    NOT EXISTS(
      SELECT
        1
      FROM lost AS x
      WHERE
        x.t = 0 AND x.o = t.o AND x.r = t.r AND x.c IN ((
            -1
        ), 6)
    )
) AS s
  ON s.o = g.o AND s.d = g.newest AND s.w
GROUP BY
  g.o,
  g.newest,
  g.undecided
