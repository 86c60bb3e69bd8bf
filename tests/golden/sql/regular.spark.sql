SELECT
  n.o,
  n.best,
  n.days,
  n.start,
  n.finish,
  COALESCE(u.undated, 0) AS undated
FROM (
  SELECT
    d.o,
    d.best,
    d.days,
    d.start,
    d.finish,
    ROW_NUMBER() OVER (PARTITION BY d.o, d.best ORDER BY d.days DESC, d.start NULLS LAST) AS place
  FROM (
    SELECT
      g.o,
      g.best,
      DATEDIFF(DAY, g.start, g.finish) AS days,
      g.start,
      g.finish
    FROM (
      SELECT
        m.o,
        m.best,
        COALESCE(LAG(m.d) OVER (PARTITION BY m.o, m.best ORDER BY m.d NULLS LAST), m.d) AS start,
        m.d AS finish
      FROM (
        SELECT
          s.o,
          0 AS best,
          s.d
        FROM (
          SELECT
            t.o,
            t.r,
            t.c10 AS w,
            t.c4 AS d,
            p.fy_start AS a,
            p.until AS b
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
                ), 4, 10)
            )
        ) AS s
        WHERE
          s.w AND s.d >= s.a AND s.d <= s.b
        UNION
        SELECT
          p.o,
          0 AS best,
          p.fy_start AS d
        FROM p AS p
        UNION
        SELECT
          p.o,
          0 AS best,
          p.until AS d
        FROM p AS p
        UNION
        SELECT
          s.o,
          1 AS best,
          s.d
        FROM (
          SELECT
            t.o,
            t.r,
            t.c10 AS w,
            t.c4 AS d,
            p.fy_start AS a,
            p.until AS b
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
                ), 4, 10)
            )
        ) AS s
        WHERE
          (
            s.w OR s.w IS NULL
          ) AND s.d >= s.a AND s.d <= s.b
        UNION
        SELECT
          p.o,
          1 AS best,
          p.fy_start AS d
        FROM p AS p
        UNION
        SELECT
          p.o,
          1 AS best,
          p.until AS d
        FROM p AS p
      ) AS m
    ) AS g
  ) AS d
) AS n
LEFT JOIN (
  SELECT
    s.o,
    COUNT(*) AS undated
  FROM (
    SELECT
      t.o,
      t.r,
      t.c10 AS w,
      t.c4 AS d,
      p.fy_start AS a,
      p.until AS b
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
          ), 4, 10)
      )
  ) AS s
  WHERE
    (
      s.w OR s.w IS NULL
    ) AND s.d IS NULL
  GROUP BY
    s.o
) AS u
  ON u.o = n.o
WHERE
  n.place = 1
