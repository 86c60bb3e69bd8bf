SELECT
  s.o,
  0 AS side,
  s.r,
  CASE WHEN s.w THEN 1 ELSE 0 END AS sure,
  CASE WHEN s.h THEN 'pass' WHEN NOT s.h THEN 'fail' ELSE 'unknown' END AS word
FROM (
  SELECT
    t.o,
    t.r,
    (
      (
        (
          CAST((
            DATE_ADD(DAY, p.v0, t.c4)
          ) AS DATE) >= p.as_of
        )
        AND (
          CAST(t.c6 AS DATE) = t.c4
        )
      )
      AND (
        (
          DATE_ADD(DAY, -1, t.c6)
        ) < t.c7
      )
    )
    AND (
      (
        t.c5 >= p.fy_start
      ) AND (
        t.c5 <= p.fy_end
      )
    ) AS w,
    CAST((
      DATE_ADD(DAY, t.c8, t.c6)
    ) AS DATE) <= p.as_of AS h
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
        ), 4, 5, 6, 7, 8)
    )
) AS s
WHERE
  (
    s.w OR s.w IS NULL
  )
