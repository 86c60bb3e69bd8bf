SELECT
  s.o,
  0 AS side,
  s.r,
  CASE WHEN s.w THEN 1 ELSE 0 END AS sure,
  CASE
    WHEN g.best = 2
    THEN 'pass'
    WHEN (
      s.k0 IS NULL OR s.k1 IS NULL
    )
    THEN 'unknown'
    WHEN g.best = 1
    THEN 'unknown'
    ELSE 'fail'
  END AS word
FROM (
  SELECT
    t.o,
    t.r,
    t.c10 AS w,
    t.c0 AS k0,
    t.c2 AS k1
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
        ), 0, 2, 10)
    )
) AS s
LEFT JOIN (
  SELECT
    s.o,
    s.k0,
    s.k1,
    MAX(CASE WHEN s.w THEN 2 ELSE 1 END) AS best
  FROM (
    SELECT
      t.o,
      t.r,
      t.c5 AND (
        (
          t.c3 >= p.fy_start
        ) AND (
          t.c3 <= p.fy_end
        )
      ) AS w,
      t.c2 AS k0,
      t.c1 AS k1
    FROM t1 AS t
    INNER JOIN p AS p
      ON p.o = t.o
    WHERE
      NOT EXISTS(
        SELECT
          1
        FROM lost AS x
        WHERE
          x.t = 1 AND x.o = t.o AND x.r = t.r AND x.c IN ((
              -1
          ), 1, 2, 3, 5)
      )
  ) AS s
  WHERE
    (
      s.w OR s.w IS NULL
    ) AND NOT (
      s.k0 IS NULL OR s.k1 IS NULL
    )
  GROUP BY
    s.o,
    s.k0,
    s.k1
) AS g
  ON g.o = s.o AND s.k0 = g.k0 AND s.k1 = g.k1
WHERE
  (
    s.w OR s.w IS NULL
  )
UNION ALL
SELECT
  s.o,
  1 AS side,
  s.r,
  CASE WHEN s.w THEN 1 ELSE 0 END AS sure,
  'unknown' AS word
FROM (
  SELECT
    t.o,
    t.r,
    t.c5 AND (
      (
        t.c3 >= p.fy_start
      ) AND (
        t.c3 <= p.fy_end
      )
    ) AS w,
    t.c2 AS k0,
    t.c1 AS k1
  FROM t1 AS t
  INNER JOIN p AS p
    ON p.o = t.o
  WHERE
    NOT EXISTS(
      SELECT
        1
      FROM lost AS x
      WHERE
        x.t = 1 AND x.o = t.o AND x.r = t.r AND x.c IN ((
            -1
        ), 1, 2, 3, 5)
    )
) AS s
WHERE
  (
    s.k0 IS NULL OR s.k1 IS NULL
  ) AND (
    s.w OR s.w IS NULL
  )
